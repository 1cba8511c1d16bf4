/** One pass of validate over the rows of a batch: into `ok`, `rejected` or `late`, or dropped as seen before. */
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import type { ColumnSpec } from '#columns/types/column-spec';
import { type Appender, appenderOf } from '#contract/columns/column-appender';
import type { Accepted, Contract } from '#contract/columns/contract';
import { type Rejected, rejected } from '#contract/values/rejection';
import { type Section, section } from '#frame/sections';
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import type { FieldsBeside } from '#pipeline/model/model';
import { afterEvent, afterIdle, type EventClock, type TimeRules, timeRules } from '../memory/event-clock.js';
import type { MessageValues } from '../raw/message-columns.js';
import { besideColumns, type EnvelopeOpener, envelopeOpener, type InEnvelope } from '../raw/open-envelope.js';
import { originColumns } from '../raw/raw-columns.js';
import { type RawRows, rawRows } from '../raw/raw-rows.js';
import { RejectedFrame, type Why } from '../rows/rejected-columns.js';
import { MessagePart } from './message-part.js';
import type { ValidateState } from './validate-state.js';

export interface ValidateSettings {
  readonly contract: Contract;
  /** Of the source: their columns stand behind those of the contract. */
  readonly message?: FieldsBeside;
  /** Columns of envelope or message that hold key and event time, where the events do not. */
  readonly messageKey?: string | undefined;
  readonly messageTime?: string | undefined;
  /** What of its envelope and message identifies an event, besides fields of its own. */
  readonly messageIds?: readonly string[];
  readonly outOfOrdernessMs: number;
  /** An event whose time lies further beyond its arrival is ahead: it counts, and time does not follow it. */
  readonly aheadMsMax: number;
  /** Events older than the watermark by more than this are late; null = nothing is late. */
  readonly latenessMs: number | null;
  readonly horizonMs: number;
}

/** An event may not claim to happen later than this after it arrived: the window it opens would stay open for as long. */
const beyondArrivalMsMax = 24 * 3_600_000;
/** Events smaller than this never need their encoded size checked. */
const largeEventBytes = 64 * 1024;

const beyondFrame: Why = {
  reason: 'too_large',
  pointer: '',
  message: 'the event does not fit into a frame; payload_ref names the object that holds it',
};
/** What comes with a message takes no more than this in a row. */
const messageBytesMax = 16 * 1024;
const beyondFrameTyped: Why = { ...beyondFrame, message: 'the typed columns of the event do not fit into a frame' };

const noFields: FieldsBeside = { patterns: [], headers: [] };

/** The columns of `ok`: the contract's, those of envelope and message, then where the event came from. */
export function validColumns(contract: Contract, message: FieldsBeside = noFields): ColumnSpec[] {
  return [...contract.columns, ...besideColumns(message), ...originColumns];
}

/** Its builders are reused from step to step. */
export class ValidatePass {
  readonly #ok: ColumnsBuilder;
  readonly #rejected = new RejectedFrame();
  readonly #late = new RejectedFrame();
  readonly #seq: Int64Builder;
  readonly #index: Int32Builder;
  readonly #arrivedAt: Int64Builder;
  readonly #message: MessagePart;
  /** Undefined where events have no envelope. */
  readonly #envelope: EnvelopeOpener | undefined;
  readonly #beside: readonly Appender[];
  readonly #emptyBytes: number;
  readonly #rules: TimeRules;
  #output: OutputFrame[] = [];
  #rowsDone = 0;
  /** So many rows are stored: they count, and nothing is put out of them. */
  #rowsStored = 0;
  #duplicates = 0;
  #ahead = 0;
  #quarantined: Record<string, number> = {};

  constructor(private readonly settings: ValidateSettings) {
    const { contract, message = noFields } = settings;
    this.#ok = new ColumnsBuilder(validColumns(contract, message));
    this.#message = new MessagePart(settings, message);
    this.#envelope = envelopeOpener(message, settings.messageTime);
    this.#beside = besideColumns(message).map((_, at) => appenderOf(this.#ok.builder(contract.columns.length + at)));
    this.#emptyBytes = this.#ok.bytes;
    this.#rules = timeRules(settings.outOfOrdernessMs, settings.aheadMsMax, settings.latenessMs);
    this.#seq = this.#ok.column('_seq', Int64Builder);
    this.#index = this.#ok.column('_index', Int32Builder);
    this.#arrivedAt = this.#ok.column('_arrived_at', Int64Builder);
  }

  run(frames: readonly InputFrame[], state: ValidateState, limits: StepLimits) {
    this.#output = [];
    this.#rowsDone = 0;
    this.#rowsStored = limits.rowsDone;
    this.#duplicates = 0;
    this.#ahead = 0;
    this.#quarantined = {};
    this.#forgetRows();
    for (const frame of frames) this.#frame(frame, state, limits);
    const rowsAll = Math.max(1, this.#rowsDone);
    if (this.#rowsDone === 0 || this.#pendingRows > 0 || this.#output.at(-1)?.rowsDone !== rowsAll) this.#cut(rowsAll);
    // The rest is the same as at an earlier attempt, because the step is a pure function; a frame that ends where that one was cut off is empty.
    return {
      output: this.#output.filter((frame) => frame.rowsDone > limits.rowsDone),
      rowsAll,
      duplicates: this.#duplicates,
      ahead: this.#ahead,
      quarantined: this.#quarantined,
    };
  }

  /** A step that threw left rows behind, maybe half of one. */
  #forgetRows(): void {
    this.#ok.reset();
    this.#rejected.reset();
    this.#late.reset();
  }

  get #pendingRows(): number {
    return this.#ok.rows + this.#rejected.rows + this.#late.rows;
  }

  #frame(frame: InputFrame, state: ValidateState, limits: StepLimits): void {
    const { head } = frame;
    for (const { data, rows } of frame.sections)
      if (rows > 0) this.#rows(rawRows(data), state, head.clockMs ?? 0, limits);
    if (head.idle && head.clockMs !== undefined) state.clock = afterIdle(state.clock, this.#rules, head.clockMs);
  }

  #rows(raw: RawRows, state: ValidateState, clockMs: number, limits: StepLimits): void {
    for (let row = 0; row < raw.rows; row++) {
      const size = raw.end(row) - raw.start(row);
      if (this.#pendingRows > 0 && this.#bytes + size > limits.frameBytesMax) this.#cut(this.#rowsDone);
      this.#row(raw, row, size, state, clockMs, limits);
      this.#rowsDone++;
    }
  }

  /** Whether a frame holds what is put out of the row. */
  get #isStored(): boolean {
    return this.#rowsDone < this.#rowsStored;
  }

  get #bytes(): number {
    return this.#ok.bytes + this.#rejected.bytes + this.#late.bytes;
  }

  #row(raw: RawRows, row: number, size: number, state: ValidateState, clockMs: number, limits: StepLimits): void {
    const { contract, aheadMsMax } = this.settings;
    if (raw.hasRef(row)) return this.#refuse(raw, row, beyondFrame);
    const around = this.#envelope?.open(raw, row);
    if (around !== undefined && 'reason' in around) return this.#refuse(raw, row, around);
    const event = around
      ? this.#inEnvelope(raw, around)
      : contract.readBytes(raw.buffer, raw.start(row), raw.end(row), raw.utf8);
    if (!event.ok) return this.#refuse(raw, row, event);
    const message = this.#message.of(raw, row, event, around);
    if ('reason' in message) return this.#refuse(raw, row, message);
    const { id, eventMs, values } = message;
    const arrivedMs = raw.arrivedMs(row);
    if (eventMs - arrivedMs > beyondArrivalMsMax)
      return this.#refuse(raw, row, {
        reason: 'time_out_of_range',
        pointer: this.#timePointer(around),
        message: 'lies more than 24 hours after the arrival of the event',
      });
    const bytes =
      size * contract.bytesPerByteMax > largeEventBytes
        ? this.#emptyBytes + contract.bytesOf(event) + (values.length > 0 ? messageBytesMax : 0)
        : 0;
    if (bytes > limits.payloadBytesMax) return this.#refuse(raw, row, beyondFrameTyped);
    if (id !== undefined && !state.seen.add(id, arrivedMs)) {
      this.#duplicates++;
      return;
    }
    if (this.#isLate(eventMs, state.clock)) {
      return this.#holdBack(this.#late, raw, row, {
        reason: 'late',
        pointer: this.#timePointer(around),
        message: `older than the watermark ${new Date(state.clock.watermarkMs!).toISOString()} by more than the lateness`,
      });
    }
    state.clock = afterEvent(state.clock, this.#rules, eventMs, arrivedMs, clockMs);
    if (eventMs - arrivedMs > aheadMsMax) this.#ahead++;
    if (bytes > 0 && this.#pendingRows > 0 && this.#bytes + bytes > limits.frameBytesMax) this.#cut(this.#rowsDone);
    this.#accept(event, values, raw, row);
  }

  /** Pointers lead into the payload as bronze has it. */
  #inEnvelope(raw: RawRows, { start, end, pointer }: InEnvelope): Accepted | Rejected {
    const event = this.settings.contract.readBytes(raw.buffer, start, end, raw.utf8);
    return event.ok ? event : rejected(event.reason, pointer + event.pointer, event.message);
  }

  #timePointer(around: InEnvelope | undefined): string {
    const { contract } = this.settings;
    if (around === undefined) return contract.eventTimePointer;
    return contract.fields.eventTime === undefined ? around.timePointer : around.pointer + contract.eventTimePointer;
  }

  #isLate(eventMs: number, clock: EventClock): boolean {
    const { latenessMs } = this.settings;
    return latenessMs !== null && clock.watermarkMs !== null && eventMs + latenessMs < clock.watermarkMs;
  }

  #accept(event: Accepted, values: MessageValues, raw: RawRows, row: number): void {
    if (this.#isStored) return;
    this.settings.contract.append(event, this.#ok);
    for (let at = 0; at < values.length; at++) this.#beside[at]!(values[at] ?? null);
    this.#seq.append(raw.seq.number(row));
    this.#index.append(raw.index.number(row));
    this.#arrivedAt.append(raw.arrivedAt.number(row));
    this.#ok.endRow();
  }

  #refuse(raw: RawRows, row: number, why: Why): void {
    this.#holdBack(this.#rejected, raw, row, why);
  }

  #holdBack(frame: RejectedFrame, raw: RawRows, row: number, why: Why): void {
    if (!this.#isStored) frame.append(raw.event(row), why);
    this.#quarantined[why.reason] = (this.#quarantined[why.reason] ?? 0) + 1;
  }

  #cut(rowsDone: number): void {
    const sections: Section[] = [];
    const { rows } = this.#ok;
    if (rows > 0) {
      sections.push(section('ok', 'arrow', this.#ok.finish(), rows));
      this.#ok.reset();
    }
    for (const [name, frame] of [
      ['rejected', this.#rejected],
      ['late', this.#late],
    ] as const) {
      if (frame.rows > 0) {
        const count = frame.rows;
        sections.push(section(name, 'arrow', frame.take(), count));
      }
    }
    this.#output.push({ sections, rowsDone });
  }
}
