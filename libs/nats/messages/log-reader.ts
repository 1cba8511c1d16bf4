/** The reader of one log: ordered frames with a checked lineage, buffered within a byte bound. */
import type { Msg } from '@nats-io/transport-node';
import { type FrameHead, hashHead } from '#frame/head';
import { checkNext, checkOpen, type Position } from '#frame/lineage';
import { type Section, type SectionInfo, splitSections } from '#frame/sections';
import { HaltError } from '../ground/halt-error.js';
import type { Nats } from '../ground/nats.js';
import { readHead } from '../streams/read-head.js';
import { factsOf, streamInfo } from '../streams/stream-info.js';
import { RunningMean } from './running-mean.js';
import { type Delivery, StreamReader } from './stream-reader.js';

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

export interface LogReaderOptions {
  /** Frames are asked for only while fewer bytes than this are buffered. */
  readonly bufferBytesMax: number;
  readonly headersOnly?: boolean;
  /** Told why the log cannot be read, each time it is tried in vain, and with undefined when it can. */
  readonly onReading?: (error: Error | undefined) => void;
  /** Which rows of a frame count as waiting; default: all. */
  readonly countRows?: (sections: readonly SectionInfo[]) => number;
}

const batchFrames = 8;

export class LogReader {
  readonly #frames: LogFrame[] = [];
  #bytes = 0;
  #position: Position;
  #pending = 0;
  #rows = 0;
  readonly #rowsOfFrame = new RunningMean();
  /** Why reading has ended. */
  #end: Error | undefined;
  readonly #reader: StreamReader;

  /** @param onChange called when a frame arrived or the reader halted */
  constructor(
    private readonly nats: Nats,
    from: Position,
    private readonly options: LogReaderOptions,
    private readonly onChange: () => void,
  ) {
    this.#position = from;
    this.#reader = new StreamReader(
      nats,
      {
        stream: from.stream,
        startSeq: from.seq + 1,
        batchMessages: batchFrames,
        batchBytes: options.bufferBytesMax,
        headersOnly: options.headersOnly ?? false,
      },
      {
        onMessage: (message, delivery) => this.#receive(message, delivery),
        hasRoom: () => !this.#end && this.#bytes < options.bufferBytesMax,
        onError: (error) => options.onReading?.(error),
        onOpen: () => options.onReading?.(undefined),
        onFailure: (error) => this.#stop(error),
        beforeOpen: () => this.#checkStream(),
      },
    );
  }

  /** The oldest buffered frame, left in place. @throws HaltError when the log cannot be continued, and whatever was thrown on a message */
  peek(): LogFrame | undefined {
    if (this.#frames.length === 0 && this.#end) throw this.#end;
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
    return {
      messages: this.waiting,
      events: this.#rows + Math.round(this.#pending * this.#rowsOfFrame.value),
      oldestMs: this.#frames[0]?.storedMs,
    };
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
    if (verdict.kind === 'halt') this.#halt(verdict.reason);
  }

  #receive(message: Msg, delivery: Delivery): void {
    if (this.#end) return;
    this.#pending = delivery.pending;
    const head = readHead(() => message.headers);
    if (!head)
      return this.#halt(
        `message ${delivery.seq} of ${this.#position.stream} is not a frame: only Afluente may publish to its logs`,
      );
    const verdict = checkNext(this.#position, delivery.seq, head);
    if (verdict.kind === 'halt') return this.#halt(verdict.reason);
    const sections = this.options.headersOnly ? [] : splitSections(head.sections, message.data);
    if (!sections)
      return this.#halt(
        `frame ${delivery.seq} of ${this.#position.stream} is ${message.data.byteLength} bytes long, but its sections add up to another length: it is damaged`,
      );
    const frame = {
      seq: delivery.seq,
      head,
      hash: hashHead(head),
      sections,
      bytes: message.data.byteLength + 512,
      storedMs: Number(delivery.timeNs.slice(0, -6)),
    };
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

  #halt(reason: string): void {
    this.#stop(new HaltError(reason));
  }

  #stop(why: Error): void {
    this.#end = why;
    this.#reader.close();
    this.onChange();
  }
}

function allRows(sections: readonly SectionInfo[]): number {
  return sections.reduce((sum, { rows }) => sum + rows, 0);
}
