/**
 * The writer of one log: fenced, chained publishes.
 *
 * Frames are appended without waiting, but each is sent only when the one before it is known to be stored. With several on
 * their way at once the fence would have a hole: when a rival has written meanwhile, the first of them is refused, but a later
 * one may expect just the sequence that the rival's frame has, and get in without the one before it (test/integration/log-fence.spec.ts).
 */
import { JetStreamApiError } from '@nats-io/jetstream';
import { type MsgHdrs, headers as newHeaders } from '@nats-io/transport-node';
import { encodeHead, type FrameHead, hashHead } from '#frame/head';
import { joinSections, type Section } from '#frame/sections';
import type { Nats } from '../ground/nats.js';
import type { LastFrame } from '../streams/last-frame.js';
import { streamInfo } from '../streams/stream-info.js';

/** A frame was not stored, or nobody can tell: the task must recover by reading. */
export class AppendError extends Error {
  override readonly name = 'AppendError';
}

/** Why a frame was not stored: another writer was first; the log has no room; no answer, or one that says neither. */
export type AppendProblem = 'conflict' | 'full' | 'unclear';

/** Told what became of each frame that was sent. */
export interface AppendObserver {
  stored(seconds: number): void;
  failed(problem: AppendProblem): void;
  /** Before a frame waits for room in the full log, with why, and with undefined when it has room. */
  room?(error: Error | undefined): void;
}

/** Wrong last sequence; from 2.11 on a cluster may also answer the second. */
const conflictCodes: ReadonlySet<number> = new Set([10071, 10164]);

const ackTimeoutMs = 5_000;
/** More than a server adds to a message when it stores it: lengths, sequence, time, checksum. */
const recordBytes = 256;
/** Kept free in every log for frames that make room, at most this share of it. */
const reserveBytes = 64 * 1024;
const reserveShareMax = 1 / 16;
/** A frame waits so often for so long for room in a full log: nothing is in doubt, so its task need not start again at once. */
const roomEveryMs = 250;
const roomLooksMax = 40;

export class LogWriter {
  #seq: number;
  #hash: string;
  readonly #inFlight = new Set<Promise<void>>();
  /** The newest frame: the next one is sent when it is stored, and never when it is not. */
  #last: Promise<void> = Promise.resolve();
  #bytesInFlight = 0;
  /** Room that the log is known to have; it may have more, after trimming. */
  #roomBytes = 0;
  #reserveBytes = 0;
  #waitsForRoom = true;
  #failed = false;

  constructor(
    private readonly nats: Nats,
    private readonly stream: string,
    private readonly subject: string,
    last: LastFrame | undefined,
    lastSeq: number,
    private readonly observer?: AppendObserver,
  ) {
    this.#seq = last?.seq ?? lastSeq;
    this.#hash = last?.hash ?? '';
  }

  /** Sequence of the newest frame handed to `append`, stored or not. */
  get seq(): number {
    return this.#seq;
  }

  /** Lineage hash of that frame; empty for an empty log. */
  get hash(): string {
    return this.#hash;
  }

  get bytesInFlight(): number {
    return this.#bytesInFlight;
  }

  /**
   * Publishes the next frame, expecting to be the direct successor of the previous one. Frames may be appended without waiting.
   * @param makesRoom the frame may use what is kept free: once it is stored, others can be trimmed
   * @returns its sequence, and a promise that settles when the server has stored it
   * @throws AppendError (through `stored`) on conflict, timeout, full log or any other answer but the expected one
   */
  append(
    head: Omit<FrameHead, 'prev' | 'sections'>,
    sections: readonly Section[],
    makesRoom = false,
  ): { seq: number; hash: string; stored: Promise<void> } {
    const full: FrameHead = { ...head, prev: this.#hash, sections: sections.map(({ data: _, ...info }) => info) };
    const expected = this.#seq;
    this.#seq = expected + 1;
    this.#hash = hashHead(full);
    const stored = this.#failed
      ? Promise.reject(new AppendError(`${this.stream}: an earlier frame was not stored`))
      : this.#publish(full, joinSections(sections), expected, makesRoom);
    // The promise is also kept for `settle`; an unhandled rejection must not end the process.
    stored.catch(() => undefined);
    return { seq: expected + 1, hash: this.#hash, stored };
  }

  /** From now on frames do not wait for room in a full log, they fail. */
  stopWaiting(): void {
    this.#waitsForRoom = false;
  }

  /** Waits until nothing is in flight, whatever the outcome; frames do not wait for room any more. */
  async settle(): Promise<void> {
    this.stopWaiting();
    await Promise.allSettled([...this.#inFlight]);
  }

  /** Waits until at most `bytes` are in flight. */
  async drainTo(bytes: number): Promise<void> {
    while (this.#bytesInFlight > bytes) await Promise.race(this.#inFlight);
  }

  async #publish(head: FrameHead, payload: Uint8Array, expectedLast: number, makesRoom: boolean): Promise<void> {
    const publish = this.#last.then(() => this.#send(head, payload, expectedLast, makesRoom));
    this.#last = publish;
    this.#inFlight.add(publish);
    this.#bytesInFlight += payload.byteLength;
    try {
      await publish;
    } finally {
      this.#inFlight.delete(publish);
      this.#bytesInFlight -= payload.byteLength;
    }
  }

  async #send(head: FrameHead, payload: Uint8Array, expectedLast: number, makesRoom: boolean): Promise<void> {
    const headers = newHeaders();
    for (const [name, value] of encodeHead(head)) headers.append(name, value);
    headers.set('Nats-Expected-Last-Sequence', String(expectedLast));
    try {
      await this.#takeRoom(payload.byteLength + headerBytes(headers) + this.subject.length + recordBytes, makesRoom);
      // No retries by the client: a retried timeout would meet our own stored frame and look like a conflict.
      const sentMs = performance.now();
      const ack = await this.nats.js.publish(this.subject, payload, { headers, timeout: ackTimeoutMs, retries: 0 });
      if (ack.duplicate || ack.seq !== expectedLast + 1 || ack.stream !== this.stream) {
        throw new Error(`unexpected answer ${JSON.stringify(ack)}`);
      }
      this.observer?.stored((performance.now() - sentMs) / 1000);
    } catch (cause) {
      this.#failed = true;
      this.observer?.failed(problemOf(cause));
      throw new AppendError(
        `${this.stream}: frame ${expectedLast + 1} was not acknowledged: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /**
   * Waits for room, and throws when the log has none for long. The server would say so too, but servers before 2.10 do not count their own
   * records: a message that just fits without them is stored, and the oldest frame deleted for it (test/integration/log.spec.ts).
   */
  async #takeRoom(bytes: number, makesRoom: boolean): Promise<void> {
    const wanted = (): number => bytes + (makesRoom ? 0 : this.#reserveBytes);
    if (this.#roomBytes < wanted()) await this.#readRoom();
    const full =
      this.#roomBytes < wanted()
        ? new LogFullError('the log is full (maximum bytes exceeded): its readers have to catch up first')
        : undefined;
    if (full) this.observer?.room?.(full);
    for (let looks = 0; this.#roomBytes < wanted() && this.#waitsForRoom && looks < roomLooksMax; looks++) {
      await new Promise((resolve) => setTimeout(resolve, roomEveryMs));
      await this.#readRoom();
    }
    if (this.#roomBytes < wanted()) throw full;
    if (full) this.observer?.room?.(undefined);
    this.#roomBytes -= bytes;
  }

  async #readRoom(): Promise<void> {
    const info = await streamInfo(this.nats, this.stream);
    if (!info) throw new Error('the stream is gone');
    const { max_bytes: bytesMax } = info.config;
    this.#reserveBytes = bytesMax < 0 ? 0 : Math.min(reserveBytes, Math.floor(bytesMax * reserveShareMax));
    this.#roomBytes = bytesMax < 0 ? Infinity : bytesMax - info.state.bytes;
  }
}

class LogFullError extends Error {
  override readonly name = 'LogFullError';
}

function problemOf(cause: unknown): AppendProblem {
  if (cause instanceof LogFullError) return 'full';
  return isConflict(cause) ? 'conflict' : 'unclear';
}

/** Whether another writer was first. */
export function isConflict(error: unknown): boolean {
  return error instanceof JetStreamApiError && conflictCodes.has(error.code);
}

function headerBytes(headers: MsgHdrs): number {
  let bytes = 0;
  for (const name of headers.keys())
    for (const value of headers.values(name)) bytes += name.length + Buffer.byteLength(value) + 4;
  return bytes;
}
