/** The reader of one log: ordered frames with a checked lineage, buffered within a byte bound. */
import type { Msg } from '@nats-io/transport-node';
import { decodeHead, hashHead, type FrameHead } from '#frame/head';
import { checkNext, checkOpen, type Position } from '#frame/lineage';
import { splitSections, type Section, type SectionInfo } from '#frame/sections';
import type { Nats } from './connection.js';
import { RunningMean } from './running-mean.js';
import { StreamReader, type Delivery } from './stream-reader.js';
import { factsOf, streamInfo } from './streams.js';

export interface LogFrame {
  readonly seq: number;
  readonly head: FrameHead;
  readonly hash: string;
  /** Empty for a reader of headers only. */
  readonly sections: readonly Section[];
  readonly bytes: number;
  /** When the server stored it, epoch ms. */
  readonly storedMs: number;
}

/** What waits in a log for its reader. */
export interface LogLag {
  /** Frames: buffered here, or in the log as of the newest delivery. */
  readonly messages: number;
  /** Rows in them: counted in those at hand, and for the others the mean of the newest. */
  readonly events: number;
  /** When the server stored the oldest frame at hand, epoch ms. */
  readonly oldestMs: number | undefined;
}

/** The log cannot be read on without losing something: an operator must look. */
export class HaltError extends Error {
  override readonly name = 'HaltError';
}

export interface LogReaderOptions {
  /** Frames are asked for only while fewer bytes than this are buffered. */
  readonly bufferBytesMax: number;
  readonly headersOnly?: boolean;
  /** Which rows of a frame count as waiting; default: all. */
  readonly countRows?: (sections: readonly SectionInfo[]) => number;
}

const BATCH_FRAMES = 8;

export class LogReader {
  readonly #frames: LogFrame[] = [];
  #bytes = 0;
  #position: Position;
  #pending = 0;
  #rows = 0;
  readonly #rowsOfFrame = new RunningMean();
  #halt: HaltError | undefined;
  readonly #reader: StreamReader;

  /** @param onChange called when a frame arrived or the reader halted */
  constructor(private readonly nats: Nats, from: Position, private readonly options: LogReaderOptions, private readonly onChange: () => void) {
    this.#position = from;
    this.#reader = new StreamReader(
      nats,
      { stream: from.stream, startSeq: from.seq + 1, batchMessages: BATCH_FRAMES, batchBytes: options.bufferBytesMax, headersOnly: options.headersOnly ?? false },
      {
        onMessage: (message, delivery) => this.#receive(message, delivery),
        hasRoom: () => !this.#halt && this.#bytes < options.bufferBytesMax,
        onError: () => undefined,
        beforeOpen: () => this.#checkStream(),
      },
    );
  }

  /** The oldest buffered frame, left in place. @throws HaltError when the log cannot be continued */
  peek(): LogFrame | undefined {
    if (this.#frames.length === 0 && this.#halt) throw this.#halt;
    return this.#frames[0];
  }

  shift(): LogFrame | undefined {
    const frame = this.peek();
    if (frame) {
      this.#frames.shift();
      this.#bytes -= frame.bytes;
      this.#rows -= this.#rowsOf(frame.head);
      this.#reader.pull();
    }
    return frame;
  }

  /** Bytes buffered here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Frames known to wait: buffered here or still in the log. */
  get waiting(): number {
    return this.#frames.length + this.#pending;
  }

  get lag(): LogLag {
    return { messages: this.waiting, events: this.#rows + Math.round(this.#pending * this.#rowsOfFrame.value), oldestMs: this.#frames[0]?.storedMs };
  }

  reopen(): void {
    this.#reader.reopen();
  }

  close(): void {
    this.#reader.close();
  }

  /** The stream may have been deleted, recreated or cut since this reader last looked: it must not wait for frames that never come. */
  async #checkStream(): Promise<void> {
    const info = await streamInfo(this.nats, this.#position.stream);
    if (!info) throw new Error(`stream ${this.#position.stream} is missing`);
    const verdict = checkOpen(this.#position, factsOf(info));
    if (verdict.kind === 'halt') this.#stop(verdict.reason);
  }

  #receive(message: Msg, delivery: Delivery): void {
    if (this.#halt) return;
    this.#pending = delivery.pending;
    const head = decodeHead((name) => message.headers?.values(name) ?? []);
    if (!head) return this.#stop(`message ${delivery.seq} of ${this.#position.stream} is not a frame: only Afluente may publish to its logs`);
    const verdict = checkNext(this.#position, delivery.seq, head);
    if (verdict.kind === 'halt') return this.#stop(verdict.reason);
    const sections = this.options.headersOnly ? [] : splitSections(head.sections, message.data);
    if (!sections) return this.#stop(`frame ${delivery.seq} of ${this.#position.stream} is ${message.data.byteLength} bytes long, but its sections add up to another length: it is damaged`);
    const frame = { seq: delivery.seq, head, hash: hashHead(head), sections, bytes: message.data.byteLength + 512, storedMs: Number(delivery.timeNs.slice(0, -6)) };
    this.#position = { ...this.#position, seq: frame.seq, hash: frame.hash };
    this.#frames.push(frame);
    this.#bytes += frame.bytes;
    const rows = this.#rowsOf(head);
    this.#rows += rows;
    this.#rowsOfFrame.add(rows);
    this.onChange();
  }

  #rowsOf({ sections }: FrameHead): number {
    return (this.options.countRows ?? allRows)(sections);
  }

  #stop(reason: string): void {
    this.#halt = new HaltError(reason);
    this.#reader.close();
    this.onChange();
  }
}

function allRows(sections: readonly SectionInfo[]): number {
  return sections.reduce((sum, { rows }) => sum + rows, 0);
}
