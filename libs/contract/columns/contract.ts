/** Reads events of one source: from JSON text to the typed values of its columns, or to a reason why not. */
import { Buffer, isUtf8 } from 'node:buffer';
import type { ColumnsBuilder } from '#columns/build/columns-builder';
import type { ColumnSpec } from '#columns/types/column-spec';
import { columnOf, stepsOf } from '#pipeline/model/field-path';
import { QuickEvent } from '../quick/quick-event.js';
import type { QuickReader } from '../quick/quick-reader.js';
import { schemaRejection } from '../validator/schema-reason.js';
import type { SchemaValidator } from '../validator/schema-validator.js';
import { asObject, type EventObject } from '../values/event-object.js';
import { mayHoldLongNumber, parseExactly } from '../values/exact-number.js';
import { nestsTooDeeply } from '../values/nesting.js';
import { notAnObject, notUtf8, textStart, tooDeep, unparsed } from '../values/payload.js';
import { NotExactError, ReadEvent } from '../values/read-event.js';
import { pointerOf, type Rejected, rejected } from '../values/rejection.js';
import { type Stored, Unstorable } from '../values/stored.js';
import { TooComplexError, workMax } from '../values/work.js';
import type { Rewrite } from '../writing/rewrite.js';
import { caseGrowthMax } from '../writing/texts.js';
import { type Appender, appenderOf } from './column-appender.js';
import type { ContractColumn } from './contract-column.js';
import { type ContractFields, idOf, idsOf } from './contract-fields.js';
import { bytesPerByteMax, storedBytes } from './stored-bytes.js';

/** An event that keeps its contract. */
export interface Accepted {
  readonly ok: true;
  /** Texts of the fields that identify the event, never empty; one where there are several. Undefined where none does, and so below. */
  readonly id: string | undefined;
  /** Text of the key, the same as `keyOf` gives. */
  readonly key: string | undefined;
  /** Microseconds since the epoch, a safe integer. */
  readonly eventTimeUs: number | undefined;
  /** The values in the order of the contract's columns. */
  readonly row: readonly Stored[];
}

/** A compiled contract. What it says of one event does not depend on others. */
export class Contract {
  readonly columns: readonly ColumnSpec[];
  /** How many bytes of a frame one byte of an event can take at most, but for what each row takes; 1 for events without lists. */
  readonly bytesPerByteMax: number;
  readonly #idsAt: readonly number[];
  readonly #keyAt: number;
  readonly #timeAt: number;
  readonly #quickEvent: QuickEvent | undefined;
  #appenders: readonly Appender[] = [];
  #appendsTo: ColumnsBuilder | undefined;

  constructor(
    private readonly plan: readonly ContractColumn[],
    readonly fields: ContractFields,
    private readonly validator: SchemaValidator,
    /** Makes plain values of those that events write in another way; undefined when all are plain. */
    private readonly rewrite?: Rewrite,
    /** Reads events of the usual shape; undefined when there are none. */
    private readonly quick?: QuickReader,
  ) {
    this.columns = plan.map(({ name, type, nullable }) => ({ name, type, nullable }));
    this.bytesPerByteMax = Math.max(bytesPerByteMax(this.columns), rewrite ? caseGrowthMax : 1);
    const place = (path: string | undefined): number =>
      path === undefined ? -1 : this.columns.findIndex(({ name }) => name === columnOf(path));
    this.#idsAt = idsOf(fields).map(place);
    this.#keyAt = place(fields.key);
    this.#timeAt = place(fields.eventTime);
    this.#quickEvent = quick && new QuickEvent(quick, plan.length, this.#keyAt);
  }

  /** JSON pointer to the event time. */
  get eventTimePointer(): string {
    const { eventTime } = this.fields;
    return eventTime === undefined ? '' : pointerOf(stepsOf(eventTime));
  }

  /** Upper bound of the bytes that an accepted event adds to a frame. */
  bytesOf({ row }: Accepted): number {
    return row.reduce<number>((sum, value, at) => sum + storedBytes(value, this.columns[at]!.type), rowBytes);
  }

  /** Reads one event. Whatever the text, the answer is a value: nothing is thrown. */
  read(text: string): Accepted | Rejected {
    if (!text.isWellFormed()) return notUtf8;
    const bytes = Buffer.from(text);
    return this.readExactly(bytes, 0, bytes.length, true);
  }

  /**
   * Reads the event that stands in `bytes` from `start` to `end`. Whatever the bytes, nothing is thrown. The answer holds until the next event is read.
   * @param knownUtf8 whether the whole buffer was found to be UTF-8
   */
  readBytes(bytes: Buffer, start: number, end: number, knownUtf8: boolean): Accepted | Rejected {
    const { quick } = this;
    if (quick === undefined) return this.readExactly(bytes, start, end, knownUtf8);
    // One payload of other bytes says nothing of those beside it.
    const isText = knownUtf8 || isUtf8(bytes.subarray(start, end));
    const event = isText && quick.read(bytes, start, end) ? this.#acceptedQuickly(quick) : undefined;
    return event ?? this.readExactly(bytes, start, end, isText);
  }

  /**
   * The same by a parser and the schema's validator, whatever the event.
   * @param knownUtf8 spares a check per event when the whole buffer was found to be UTF-8
   */
  readExactly(bytes: Buffer, start: number, end: number, knownUtf8: boolean): Accepted | Rejected {
    const from = textStart(bytes, start);
    return from >= end
      ? rejected('empty_payload', '', 'the payload is empty')
      : this.#readText(bytes, from, end, knownUtf8);
  }

  #readText(bytes: Buffer, start: number, end: number, knownUtf8: boolean): Accepted | Rejected {
    if (!knownUtf8 && !isUtf8(bytes.subarray(start, end))) return notUtf8;
    const text = bytes.toString('utf8', start, end);
    try {
      if (nestsTooDeeply(text)) return tooDeep;
      return this.#check(text, mayHoldLongNumber(bytes, start, end));
    } catch (error) {
      return error instanceof TooComplexError ? tooComplex : unparsed(bytes, start, end, error);
    }
  }

  /** Appends an accepted event to the first columns of a frame, which are this contract's. Does not call `endRow`. */
  append(event: Accepted, builder: ColumnsBuilder): void {
    if (event === this.#quickEvent) return this.quick!.appendTo(builder);
    const { row } = event;
    if (builder !== this.#appendsTo) this.#appendTo(builder);
    const appenders = this.#appenders;
    for (let at = 0; at < appenders.length; at++) appenders[at]?.(row[at] ?? null);
  }

  #check(text: string, longNumbers: boolean): Accepted | Rejected {
    const object = asObject(longNumbers ? parseExactly(text) : JSON.parse(text));
    if (object === undefined) return notAnObject;
    const refused = this.rewrite?.(object, '', object);
    if (refused instanceof Unstorable) return rejected(refused.reason, refused.pointer, refused.message);
    const errors = this.validator(object);
    return errors === undefined
      ? this.#storedExactly(new ReadEvent(text, object, longNumbers, this.rewrite !== undefined))
      : schemaRejection(errors, object);
  }

  /** A 0 may hide a number too small for a double: only then is the text parsed once more. */
  #storedExactly(event: ReadEvent): Accepted | Rejected {
    try {
      return this.#stored(event);
    } catch (error) {
      if (!(error instanceof NotExactError)) throw error;
      const object = parseExactly(event.text) as EventObject;
      this.rewrite?.(object, '', object);
      return this.#stored(new ReadEvent(event.text, object, true));
    }
  }

  #stored(event: ReadEvent): Accepted | Rejected {
    const { plan } = this;
    const row = new Array<Stored>(plan.length);
    for (let at = 0; at < plan.length; at++) {
      const { within, member, nullable, store } = plan[at] as ContractColumn;
      const holder = within.length === 0 ? event.object : objectAt(event.object, within);
      const value = holder[member];
      const stored = value == null && nullable ? null : store(value, member, holder, event);
      if (stored instanceof Unstorable)
        return rejected(stored.reason, pointerOf([...within, member]) + stored.pointer, stored.message);
      row[at] = stored;
    }
    return this.#accepted(row);
  }

  #accepted(row: readonly Stored[]): Accepted | Rejected {
    for (let i = 0; i < this.#idsAt.length; i++) {
      if (row[this.#idsAt[i]!] !== '') continue;
      const pointer = pointerOf(stepsOf(idsOf(this.fields)[i]!));
      return rejected('missing_field', pointer, 'must not be empty: it is the event id');
    }
    const eventTimeUs = this.#timeAt < 0 ? undefined : row[this.#timeAt];
    if (typeof eventTimeUs !== 'number' && this.#timeAt >= 0) {
      return rejected(
        'time_out_of_range',
        this.eventTimePointer,
        'must lie within the years 1684 to 2255: it is the event time',
      );
    }
    return {
      ok: true,
      id: this.#idIn(row),
      key: this.#keyAt < 0 ? undefined : String(row[this.#keyAt]),
      eventTimeUs: eventTimeUs as number | undefined,
      row,
    };
  }

  /** Undefined where the exact reader must say what is wrong. */
  #acceptedQuickly(quick: QuickReader): Accepted | undefined {
    const event = this.#quickEvent!;
    const eventTimeUs = this.#timeAt < 0 ? undefined : quick.value(this.#timeAt).stored();
    if (typeof eventTimeUs !== 'number' && this.#timeAt >= 0) return undefined;
    const ids = this.#idsAt.map((at) => String(quick.value(at).stored()));
    if (ids.includes('')) return undefined;
    event.id = ids.length === 0 ? undefined : idOf(ids);
    event.eventTimeUs = eventTimeUs as number | undefined;
    return event;
  }

  #idIn(row: readonly Stored[]): string | undefined {
    const ids = this.#idsAt;
    if (ids.length <= 1) return ids.length === 0 ? undefined : String(row[ids[0]!]);
    return idOf(ids.map((at) => String(row[at])));
  }

  #appendTo(frame: ColumnsBuilder): void {
    this.#appenders = this.columns.map((_, at) => appenderOf(frame.builder(at)));
    this.#appendsTo = frame;
  }
}

/** Of an event whose schema says that these objects are there. */
function objectAt(event: EventObject, names: readonly string[]): EventObject {
  return names.reduce((object, name) => asObject(object[name])!, event);
}

/** What offsets, validity and padding take for a row that is alone in its frame. */
const rowBytes = 512;

const tooComplex = rejected(
  'too_complex',
  '',
  `takes more than ${workMax} checks: the contract repeats too much on an event of this size`,
);
