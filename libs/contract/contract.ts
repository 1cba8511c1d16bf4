/** Reads events of one source: from JSON text to the typed values of its columns, or to a reason why not. */
import { Buffer, isUtf8 } from 'node:buffer';
import type { FrameBuilder } from '#columns/arrow-builder';
import type { ColumnSpec } from '#columns/column-spec';
import { type Appender, appenderOf } from './column-appender.js';
import type { ContractColumn } from './contract-column.js';
import { asObject, type EventObject } from './event-object.js';
import { mayHoldLongNumber, parseExactly } from './exact-number.js';
import type { ContractFields } from './field-problems.js';
import { malformed } from './malformed-json.js';
import { nestingMax, nestsTooDeeply } from './nesting.js';
import { pointerTo, type Rejected, rejected } from './rejection.js';
import { schemaRejection } from './schema-reason.js';
import type { SchemaValidator } from './schema-validator.js';
import { type Stored, Unstorable } from './stored.js';

/** An event that keeps its contract. */
export interface Accepted {
  readonly ok: true;
  /** Text of the event id, never empty. */
  readonly id: string;
  /** Text of the key, the same as `keyOf` gives. */
  readonly key: string;
  /** Microseconds since the epoch, a safe integer. */
  readonly eventTimeUs: number;
  /** The values in the order of the contract's columns. */
  readonly row: readonly Stored[];
}

/** A compiled contract. It keeps no state between events. */
export class Contract {
  readonly columns: readonly ColumnSpec[];
  private readonly idAt: number;
  private readonly keyAt: number;
  private readonly timeAt: number;
  private appenders: readonly Appender[] = [];
  private appendsTo: FrameBuilder | undefined;

  constructor(
    private readonly plan: readonly ContractColumn[],
    readonly fields: ContractFields,
    private readonly validator: SchemaValidator,
  ) {
    this.columns = plan.map(({ name, type, nullable }) => ({ name, type, nullable }));
    const place = (name: string): number => this.columns.findIndex((column) => column.name === name);
    this.idAt = place(fields.id);
    this.keyAt = place(fields.key);
    this.timeAt = place(fields.eventTime);
  }

  /** Reads one event. Whatever the text, the answer is a value: nothing is thrown. */
  read(text: string): Accepted | Rejected {
    if (!text.isWellFormed()) return notUtf8;
    const bytes = Buffer.from(text);
    return this.readBytes(bytes, 0, bytes.length, true);
  }

  /**
   * Reads the event that stands in `bytes` from `start` to `end`. Whatever the bytes, nothing is thrown.
   * @param knownUtf8 spares a check per event when the whole buffer was found to be UTF-8
   */
  readBytes(bytes: Buffer, start: number, end: number, knownUtf8: boolean): Accepted | Rejected {
    if (start >= end) return rejected('empty_payload', '', 'the payload is empty');
    if (!knownUtf8 && !isUtf8(bytes.subarray(start, end))) return notUtf8;
    const text = bytes.toString('utf8', start, end);
    try {
      if (nestsTooDeeply(text)) return tooDeep;
      return this.check(text, mayHoldLongNumber(bytes, start, end));
    } catch (error) {
      if (error instanceof RangeError) return tooDeep;
      if (!(error instanceof SyntaxError)) throw error;
      // A character cut in two by the borders of the payload is UTF-8 in the whole buffer only. No JSON begins or ends with half a character.
      return isUtf8(bytes.subarray(start, end)) ? malformed(text, error) : notUtf8;
    }
  }

  /** Appends an accepted event to the first columns of a frame, which are this contract's. Does not call `endRow`. */
  append({ row }: Accepted, frame: FrameBuilder): void {
    if (frame !== this.appendsTo) this.appendTo(frame);
    const { appenders } = this;
    for (let at = 0; at < appenders.length; at++) appenders[at]?.(row[at] ?? null);
  }

  private check(text: string, longNumbers: boolean): Accepted | Rejected {
    const event = asObject(JSON.parse(text));
    if (event === undefined) return rejected('not_an_object', '', 'the event must be a JSON object');
    if (!this.validator(event)) return schemaRejection(this.validator.errors ?? [], event);
    return this.stored(longNumbers ? (asObject(parseExactly(text)) ?? event) : event, text);
  }

  private stored(event: EventObject, text: string): Accepted | Rejected {
    const { plan } = this;
    const row = new Array<Stored>(plan.length);
    // UTF-8 text cannot hold unpaired surrogates, only escapes can.
    const hasEscapes = text.includes('\\u');
    for (let at = 0; at < plan.length; at++) {
      const { name, nullable, store } = plan[at] as ContractColumn;
      const value = event[name];
      const stored = value == null && nullable ? null : store(value, text, name);
      if (stored instanceof Unstorable) return rejected(stored.reason, pointerTo('', name), stored.message);
      if (hasEscapes && typeof stored === 'string' && !stored.isWellFormed()) {
        return rejected('invalid_utf8', pointerTo('', name), 'holds an unpaired surrogate, which UTF-8 cannot encode');
      }
      row[at] = stored;
    }
    return this.accepted(row);
  }

  private accepted(row: readonly Stored[]): Accepted | Rejected {
    const id = String(row[this.idAt]);
    const eventTimeUs = row[this.timeAt];
    if (id === '') return rejected('missing_field', pointerTo('', this.fields.id), 'must not be empty: it is the event id');
    if (typeof eventTimeUs !== 'number') {
      return rejected('time_out_of_range', pointerTo('', this.fields.eventTime), 'must lie within the years 1684 to 2255: it is the event time');
    }
    return { ok: true, id, key: String(row[this.keyAt]), eventTimeUs, row };
  }

  private appendTo(frame: FrameBuilder): void {
    this.appenders = this.columns.map((column, at) => appenderOf(column, at, frame));
    this.appendsTo = frame;
  }
}

const notUtf8 = rejected('invalid_utf8', '', 'the payload is not UTF-8');
const tooDeep = rejected('too_deep', '', `must not be nested deeper than ${nestingMax} levels`);
