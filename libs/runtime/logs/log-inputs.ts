/** The inputs of a task: one reader per log, and batches taken from them in a fair order. */
import type { Position } from '#frame/lineage';
import type { InputFrame } from '#frame/step';
import type { Nats } from '#nats/ground/nats';
import { type LogFrame, type LogLag, LogReader, type LogReaderOptions } from '#nats/messages/log-reader';
import { Signal } from '../ground/signal.js';
import type { Waits } from '../ground/waits.js';
import type { InputOrder } from './input-order.js';

const waitMs = 1_000;
/** Whoever waits for frames that are known to be there looks this often whether it is still wanted. */
const lookMs = 200;

export interface LogInputsOptions extends Pick<LogReaderOptions, 'countRows'> {
  /** Told of every frame that is taken. */
  readonly onTaken?: (position: Position) => void;
  /** Told of inputs that cannot be read. */
  readonly waits?: Waits;
  /** Default: all are taken side by side, and none ends. */
  readonly order?: InputOrder;
}

export class LogInputs {
  readonly #signal = new Signal();
  readonly #readers: LogReader[];
  readonly #positions: Position[];
  /** When the server stored the oldest frame that was taken last, epoch ms. */
  #takenMs: number | undefined;

  /** @param bufferBytesMax for all inputs together; each may exceed its share by a message */
  constructor(
    nats: Nats,
    from: readonly Position[],
    bufferBytesMax: number,
    private readonly options: LogInputsOptions = {},
  ) {
    const shareBytesMax = Math.ceil(bufferBytesMax / Math.max(1, from.length));
    this.#positions = [...from];
    this.#readers = from.map(
      (position) =>
        new LogReader(
          nats,
          position,
          {
            bufferBytesMax: shareBytesMax,
            ...(options.countRows && { countRows: options.countRows }),
            ...told(options.waits, position),
          },
          this.#signal.notify,
        ),
    );
  }

  /** How far frames were taken, per input. */
  get positions(): readonly Position[] {
    return this.#positions;
  }

  /** Frames known to wait, buffered or in the logs. */
  get waiting(): number {
    return this.#readers.reduce((sum, reader) => sum + reader.waiting, 0);
  }

  /** What waits to be taken. */
  get lag(): LogLag {
    const lags = this.#readers.map((reader) => reader.lag);
    const sum = (of: (lag: LogLag) => number): number => lags.reduce((total, lag) => total + of(lag), 0);
    return {
      messages: sum(({ messages }) => messages),
      events: sum(({ events }) => events),
      oldestMs: oldest(lags.map(({ oldestMs }) => oldestMs)),
    };
  }

  /** When the server stored the oldest frame of the newest batch, epoch ms. */
  get takenMs(): number | undefined {
    return this.#takenMs;
  }

  /** Bytes at hand. */
  get bytes(): number {
    return this.#readers.reduce((sum, reader) => sum + reader.bytes, 0);
  }

  /** Whether a frame is at hand. */
  get ready(): boolean {
    return this.#readers.some((reader, input) => this.#isDue(input) && reader.peek() !== undefined);
  }

  /** Whether all were taken to their last frame for good: nothing will come any more. */
  get ended(): boolean {
    return this.options.order?.allEnded ?? false;
  }

  /** Wakes whoever waits in `waitForMore`. */
  readonly wake = (): void => this.#signal.notify();

  async waitForMore(timeoutMs = waitMs): Promise<void> {
    await this.#signal.wait(timeoutMs);
  }

  /** Takes the frames at hand up to `bytesMax` (always one, if any), input by input. All were made by one pipeline version. */
  take(bytesMax: number): InputFrame[] {
    const batch: InputFrame[] = [];
    this.#takenMs = undefined;
    let bytes = 0;
    for (const [input, reader] of this.#readers.entries()) {
      if (!this.#isDue(input)) continue;
      for (let next = reader.peek(); next; next = reader.peek()) {
        const full = batch.length > 0 && bytes + next.bytes > bytesMax;
        if (full || (batch.length > 0 && next.head.logic !== batch[0]!.head.logic)) return batch;
        bytes += next.bytes;
        batch.push(this.#taken(input, reader.shift()!));
      }
    }
    return batch;
  }

  /** Takes exactly the frames up to and including `through[i]` of each input, waiting for them. */
  async takeThrough(through: readonly number[], stop: AbortSignal): Promise<InputFrame[]> {
    const batch: InputFrame[] = [];
    this.#takenMs = undefined;
    for (const [input, reader] of this.#readers.entries()) {
      while (this.#positions[input]!.seq < through[input]!) {
        stop.throwIfAborted();
        const next = reader.shift();
        if (next) batch.push(this.#taken(input, next));
        else await this.waitForMore(lookMs);
      }
    }
    return batch;
  }

  onReconnect(): void {
    for (const reader of this.#readers) reader.reopen();
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
  }

  #isDue(input: number): boolean {
    return this.options.order?.isDue(input) ?? true;
  }

  #taken(input: number, frame: LogFrame): InputFrame {
    const position = this.#positions[input]!;
    const taken = { ...position, seq: frame.seq, hash: frame.hash };
    this.#positions[input] = taken;
    this.#takenMs = oldest([this.#takenMs, frame.storedMs]);
    this.options.onTaken?.(taken);
    if (frame.head.closed) this.options.order?.end(input);
    return { input, seq: frame.seq, head: frame.head, hash: frame.hash, sections: frame.sections };
  }
}

/** Reads the heads of a log's frames after `from` through `lastSeq`. */
export async function readHeads(
  nats: Nats,
  from: Position,
  lastSeq: number,
  stop: AbortSignal,
  waits?: Waits,
): Promise<LogFrame[]> {
  const signal = new Signal();
  const frames: LogFrame[] = [];
  const reader = new LogReader(
    nats,
    from,
    { bufferBytesMax: 4 * 1024 * 1024, headersOnly: true, ...told(waits, from) },
    signal.notify,
  );
  try {
    while ((frames.at(-1)?.seq ?? from.seq) < lastSeq) {
      stop.throwIfAborted();
      const next = reader.shift();
      if (next) frames.push(next);
      else await signal.wait(lookMs);
    }
    return frames;
  } finally {
    reader.close();
  }
}

function told(waits: Waits | undefined, { stream }: Position): Pick<LogReaderOptions, 'onReading'> {
  return waits ? { onReading: waits.of(`reading ${stream}`, 'nats') } : {};
}

/** The least of these times, if any is known. */
export function oldest(timesMs: readonly (number | undefined)[]): number | undefined {
  const known = timesMs.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
