/** What the events of one front message share: where it came from, its headers, and whether it is traced. */
import { type MessageOrigin, OriginReader } from '#nats/messages/message-origin';
import type { Msg } from '#nats/messages/raw-message';
import type { Delivery } from '#nats/messages/stream-reader';
import type { TraceContext } from '#stages/traces/trace-context';
import type { FrontTraces } from './front-traces.js';

export interface Origin extends MessageOrigin {
  readonly seq: number;
  /** When the stream stored it, microseconds since the epoch. */
  readonly arrivedUs: number;
  readonly trace: TraceContext | undefined;
  /** Of the payload. */
  readonly messageBytes: number;
  /** Id and headers take no more than this beside the payload of an event. */
  readonly besideBytesMax: number;
}

/** Bytes that a character of an id takes at most. */
const characterBytesMax = 3;

export class FrontOrigins {
  readonly #reader = new OriginReader();

  /** @param traces undefined when nothing is traced @param besideBytesMax what a frame has room for beside a payload @param created incarnation of the front stream */
  constructor(
    private readonly traces: FrontTraces | undefined,
    private readonly besideBytesMax: number,
    private readonly created: string,
  ) {}

  /** What it says of headers holds until the next message is read. */
  read(message: Msg, { seq, timeNs }: Delivery): Origin {
    const { subject, msgId, headers } = this.#reader.read(message);
    const idBytes =
      msgId === undefined ? 0 : typeof msgId === 'string' ? msgId.length * characterBytesMax : msgId.end - msgId.start;
    const headerBytes = headers?.storedBytesMax ?? 0;
    // The server takes 64 KB of headers: only where it takes no larger messages than that, they may be more than a frame of ours holds.
    const [keepsId, keepsHeaders] = [idBytes <= this.besideBytesMax, idBytes + headerBytes <= this.besideBytesMax];
    return {
      subject,
      msgId: keepsId ? msgId : undefined,
      headers: keepsHeaders ? headers : undefined,
      seq,
      arrivedUs: Number(timeNs.slice(0, -3)),
      trace: this.traces?.of(headers, this.created, seq),
      messageBytes: message.data.length,
      besideBytesMax: (keepsId ? idBytes : 0) + (keepsHeaders ? headerBytes : 0),
    };
  }
}
