/** One raw log under construction: collects a partition's events into frames and appends them, fenced and in order. */
import type { FrameHead, InputRange, RowProgress } from '#frame/head';
import { section } from '#frame/sections';
import { encodeTraces, type TracedEvent } from '#frame/traces';
import type { LogWriter } from '#nats/messages/log-writer';
import type { LastFrame } from '#nats/streams/last-frame';
import { type FoundEvent, RawFrame } from '#stages/raw/raw-columns';
import type { TraceContext } from '#stages/traces/trace-context';
import type { FrontMessage } from '../front/front-message.js';
import type { LogTraces } from '../logs/log-traces.js';
import { type Coverage, coverageOf, readThrough } from './coverage.js';
import { Silence } from './silence.js';

export interface ChainFacts {
  readonly front: string;
  readonly created: string;
  readonly logic: string;
}

/** Told what became of each appended frame. */
export interface ChainOwner {
  onStored(): void;
  onFailure(error: Error): void;
}

export class PartitionChain {
  readonly #frame = new RawFrame();
  /** The oldest event of the frame under construction, and those of frames that are appended and not stored. */
  #oldest: FrontMessage = { seq: 0, storedMs: 0 };
  /** Bytes of the events of the frame under construction, without those of columns. */
  #eventBytes = 0;
  readonly #unstored: FrontMessage[] = [];
  /** What appended frames cover, stored or not. */
  #covered: Coverage;
  /** What stored frames cover. */
  #stored: Coverage;
  /** How much of a message the last frame before this session holds, when it is not all. */
  readonly #lastRow: RowProgress | undefined;
  /** The newest front message of which an appended frame holds something, if it is known. */
  #newest: FrontMessage | undefined;
  readonly #silence: Silence;
  /** Traced events of the frame under construction, and when its first event was laid. */
  #traced: TracedEvent[] = [];
  #startUs = 0;

  /** @param traces undefined when nothing is traced */
  constructor(
    private readonly writer: LogWriter,
    private readonly facts: ChainFacts,
    last: LastFrame | undefined,
    before: number,
    nowMs: number,
    private readonly owner: ChainOwner,
    private readonly traces?: LogTraces,
  ) {
    this.#covered = coverageOf(last, before);
    this.#stored = this.#covered;
    this.#lastRow = last?.head.row;
    this.#newest = last && readThrough(last).newest;
    this.#silence = new Silence(nowMs);
  }

  get stored(): Coverage {
    return this.#stored;
  }

  get covered(): Coverage {
    return this.#covered;
  }

  get rows(): number {
    return this.#frame.rows;
  }

  get bytes(): number {
    return this.#frame.bytes;
  }

  /** Bytes of the events of the frame under construction, as producers sent them. */
  get eventBytes(): number {
    return this.rows === 0 ? 0 : this.#eventBytes;
  }

  get bytesInFlight(): number {
    return this.writer.bytesInFlight;
  }

  /** The oldest message of which events are here and not stored in the log; undefined: there is none. */
  get oldest(): FrontMessage | undefined {
    return this.#unstored[0] ?? (this.rows > 0 ? this.#oldest : undefined);
  }

  /** Whether an earlier frame holds this event already. */
  holds(seq: number, index: number): boolean {
    return seq <= this.#covered.seq || (seq === this.#covered.seq + 1 && index < this.#covered.events);
  }

  add(event: FoundEvent, nowMs: number, trace?: TraceContext): void {
    if (this.traces && this.rows === 0) this.#startUs = this.traces.nowUs();
    if (this.traces && trace) this.#traced.push(this.traces.begin(trace, event));
    if (this.rows === 0) {
      this.#oldest = { seq: event.seq, storedMs: event.arrivedUs / 1000 };
      this.#eventBytes = 0;
    }
    this.#eventBytes += event.end - event.start;
    this.#frame.append(event);
    this.#silence.heardEvent(nowMs);
  }

  /**
   * Appends what was collected: everything through `seq` and, of the next message, `events` of `all` events.
   * @param newest the last message of which something is covered; undefined: it was not read again
   */
  flush(seq: number, events: number, all: number, nowMs: number, newest?: FrontMessage): void {
    const rows = this.#frame.rows;
    this.#append(
      rows === 0 ? [] : [section('raw', 'arrow', this.#frame.take(), rows)],
      { seq, events },
      all,
      false,
      nowMs,
      newest,
    );
  }

  /** Says that the partition has been quiet, if that is due (`Silence`). */
  idle(seq: number, everyMs: number, forMs: number, nowMs: number, newest?: FrontMessage): void {
    // After a start, the chain may cover more than was read again so far.
    if (this.rows > 0 || seq < this.#covered.seq || !this.#silence.isDue(everyMs, forMs, nowMs)) return;
    this.#append([], { seq, events: 0 }, 0, true, nowMs, newest);
  }

  /** Appends the first frame of the log, which covers nothing, and so says where the source begins. @returns when it is stored */
  async begin(nowMs: number): Promise<void> {
    const inputs = this.#inputs(this.#covered.seq);
    await this.writer.append({ inputs, ...this.#quiet(nowMs) }, []).stored;
  }

  /** Appends the last frame of the log, which covers nothing new: whoever else writes on meets it. @returns when it is stored */
  async close(nowMs: number): Promise<void> {
    const { seq, events } = this.#covered;
    const row = events > 0 ? this.#lastRow : undefined;
    const inputs = this.#inputs(row ? seq + 1 : seq);
    await this.writer.append(
      {
        inputs,
        ...(row && { row }),
        ...this.#frontTime(inputs[0]!.last),
        ...this.#quiet(nowMs),
        closed: true,
      },
      [],
      true,
    ).stored;
  }

  /** Of a frame that tells nothing of the source. */
  #quiet(clockMs: number): Pick<FrameHead, 'watermarkMs' | 'idle' | 'clockMs' | 'logic'> {
    return { watermarkMs: null, idle: false, clockMs, logic: this.facts.logic };
  }

  async settle(): Promise<void> {
    await this.writer.settle();
  }

  /** What a frame covers that is appended next. */
  #inputs(last: number): InputRange[] {
    const { front, created } = this.facts;
    return [{ stream: front, created, hash: undefined, first: this.#covered.seq + 1, last }];
  }

  #frontTime(seq: number): { readonly frontMs?: number } {
    return this.#newest?.seq === seq ? { frontMs: this.#newest.storedMs } : {};
  }

  #append(
    sections: Parameters<LogWriter['append']>[1],
    covers: Coverage,
    all: number,
    idle: boolean,
    clockMs: number,
    newest: FrontMessage | undefined,
  ): void {
    const partial = covers.events > 0;
    const inputs = this.#inputs(covers.seq + (partial ? 1 : 0));
    if (newest?.seq === inputs[0]!.last) this.#newest = newest;
    const traces = this.traces?.of(this.#traced, this.#startUs);
    this.#traced = [];
    const { seq, stored } = this.writer.append(
      {
        inputs,
        ...(traces && { traces: encodeTraces(traces) }),
        ...(partial && { row: { done: covers.events, all } }),
        ...this.#frontTime(inputs[0]!.last),
        watermarkMs: null,
        idle,
        clockMs,
        logic: this.facts.logic,
      },
      sections,
    );
    this.#covered = covers;
    this.#silence.appended(idle, clockMs);
    const holdsEvents = sections.length > 0;
    if (holdsEvents) this.#unstored.push(this.#oldest);
    stored.then(() => {
      this.owner.onStored();
      if (holdsEvents) this.#unstored.shift();
      this.#stored = covers;
      this.traces?.tell(seq, { inputs, sections, traces });
    }, this.owner.onFailure);
  }
}
