/** One raw log under construction: collects a partition's events into frames and appends them, fenced and in order. */
import { section } from '#frame/sections';
import { encodeTraces, type TracedEvent } from '#frame/traces';
import type { LastFrame } from '#nats/streams';
import type { LogWriter } from '#nats/log-writer';
import { RawFrame, type RawEvent } from '#stages/raw-columns';
import type { TraceContext } from '#stages/trace-context';
import type { LogTraces } from './log-traces.js';

/** How far a raw log covers the front stream: all of `seq`, and the first `events` events of the message behind it. */
export interface Coverage {
  readonly seq: number;
  readonly events: number;
}

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

/** Silence is told no oftener than this, so that followers of the tasks' positions can catch up with them. */
const IDLE_AGAIN_MS_MIN = 2_000;
/** Nor oftener than after this share of the silence: hours of it take few frames, and followers on a slow machine catch up some time. */
const IDLE_AGAIN_SHARE = 0.1;

export class PartitionChain {
  readonly #frame = new RawFrame();
  /** When the oldest event came, epoch ms: of the frame under construction, and of those that are appended and not stored. */
  #frameMs = 0;
  /** Bytes of the events of the frame under construction, without those of columns. */
  #eventBytes = 0;
  readonly #unstoredMs: number[] = [];
  /** What appended frames cover, stored or not. */
  #covered: Coverage;
  /** What stored frames cover. */
  #stored: Coverage;
  #lastEventMs: number;
  #lastIdleMs = Number.NEGATIVE_INFINITY;
  /** Whether the newest frame of this session says that the partition is quiet. */
  #saysIdle = false;
  /** Traced events of the frame under construction, and when its first event was laid. */
  #traced: TracedEvent[] = [];
  #startUs = 0;

  /** @param traces undefined when nothing is traced */
  constructor(private readonly writer: LogWriter, private readonly facts: ChainFacts, last: LastFrame | undefined, before: number, nowMs: number, private readonly owner: ChainOwner, private readonly traces?: LogTraces) {
    this.#covered = this.#stored = coverageOf(last, before);
    // Silence is counted anew after a start: what happened in between is in the front stream, or did not happen.
    this.#lastEventMs = nowMs;
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

  /** When the server stored the oldest message whose events are not stored in the log, epoch ms; undefined: there is none. */
  get oldestMs(): number | undefined {
    return this.#unstoredMs[0] ?? (this.rows > 0 ? this.#frameMs : undefined);
  }

  /** Whether an earlier frame holds this event already. */
  holds(seq: number, index: number): boolean {
    return seq <= this.#covered.seq || (seq === this.#covered.seq + 1 && index < this.#covered.events);
  }

  add(event: RawEvent, nowMs: number, trace?: TraceContext): void {
    if (this.traces && this.rows === 0) this.#startUs = this.traces.nowUs();
    if (this.traces && trace) this.#traced.push(this.traces.begin(trace, event));
    if (this.rows === 0) {
      this.#frameMs = event.arrivedUs / 1000;
      this.#eventBytes = 0;
    }
    this.#eventBytes += event.end - event.start;
    this.#frame.append(event);
    this.#lastEventMs = nowMs;
  }

  /** Appends what was collected: everything through `seq` and, of the next message, `events` of `all` events. */
  flush(seq: number, events: number, all: number, nowMs: number): void {
    const rows = this.#frame.rows;
    this.#append(rows === 0 ? [] : [section('raw', 'arrow', this.#frame.take(), rows)], { seq, events }, all, false, nowMs);
  }

  /** Says that the partition has been quiet: at most every `everyMs`, less often the longer it lasts, until `forMs` of silence are told, and again after any other frame. */
  idle(seq: number, everyMs: number, forMs: number, nowMs: number): void {
    const told = this.#saysIdle && this.#lastIdleMs - this.#lastEventMs >= forMs + everyMs;
    const silenceMs = nowMs - this.#lastEventMs;
    const isLast = silenceMs >= forMs + everyMs;
    const againMs = Math.max(everyMs, IDLE_AGAIN_MS_MIN, isLast ? 0 : silenceMs * IDLE_AGAIN_SHARE);
    const soon = silenceMs < everyMs || nowMs - this.#lastIdleMs < againMs;
    // After a start, the chain may cover more than was read again so far.
    if (told || soon || this.rows > 0 || seq < this.#covered.seq) return;
    this.#lastIdleMs = nowMs;
    this.#append([], { seq, events: 0 }, 0, true, nowMs);
  }

  async settle(): Promise<void> {
    await this.writer.settle();
  }

  #append(sections: Parameters<LogWriter['append']>[1], covers: Coverage, all: number, idle: boolean, clockMs: number): void {
    const partial = covers.events > 0;
    const inputs = [{ stream: this.facts.front, created: this.facts.created, hash: undefined, first: this.#covered.seq + 1, last: covers.seq + (partial ? 1 : 0) }];
    const traces = this.traces?.of(this.#traced, this.#startUs);
    this.#traced = [];
    const { seq, stored } = this.writer.append({
      inputs,
      ...(traces && { traces: encodeTraces(traces) }),
      ...(partial && { row: { done: covers.events, all } }),
      watermarkMs: null,
      idle,
      clockMs,
      logic: this.facts.logic,
    }, sections);
    this.#covered = covers;
    this.#saysIdle = idle;
    const holdsEvents = sections.length > 0;
    if (holdsEvents) this.#unstoredMs.push(this.#frameMs);
    stored.then(() => {
      this.owner.onStored();
      if (holdsEvents) this.#unstoredMs.shift();
      this.#stored = covers;
      this.traces?.tell(seq, { inputs, sections, traces });
    }, this.owner.onFailure);
  }
}

function coverageOf(last: LastFrame | undefined, before: number): Coverage {
  if (!last) return { seq: before, events: 0 };
  const { row } = last.head;
  const through = last.head.inputs[0]!.last;
  return row && row.done < row.all ? { seq: through - 1, events: row.done } : { seq: through, events: 0 };
}
