/** Opens the envelopes of raw events: where the event stands in its bytes, and the values of the envelope's columns. */
import { Buffer } from 'node:buffer';
import type { ColumnSpec } from '#columns/types/column-spec';
import { parseDateTime } from '#contract/values/parse-time';
import { objectIn, textStart } from '#contract/values/payload';
import { pointerOf, type Rejected, rejected } from '#contract/values/rejection';
import { envelopeOf } from '#envelopes/all-envelopes';
import {
  type Envelope,
  type EnvelopeColumn,
  type EnvelopeValue,
  type HeaderOf,
  isOpened,
  type Opened,
  type Unopened,
} from '#envelopes/envelope';
import { sliceAt, textAt } from '#envelopes/member-slice';
import type { FieldsBeside, Source } from '#pipeline/model/model';
import { type MessageValues, messageColumns } from './message-columns.js';
import type { RawRows } from './raw-rows.js';

/** Of a text. No URI or name is as long, and what stands beside an event must fit into its row. */
export const attributeBytesMax = 2_048;

/** A text of so many characters takes no more, whatever they are. */
const attributeCharsSure = Math.floor(attributeBytesMax / 3);

/** An event within its envelope. */
export interface InEnvelope {
  /** Of its bytes. */
  readonly start: number;
  readonly end: number;
  /** JSON pointer from the payload to the event. */
  readonly pointer: string;
  /** The same to the value of the column that is the event time; '' where none is, or where it is a header. */
  readonly timePointer: string;
  /** Of the envelope's columns. */
  readonly values: MessageValues;
  /** @param name small letters */
  header(name: string): string | undefined;
}

export function envelopeColumns({ envelope }: Pick<Source, 'envelope'>): ColumnSpec[] {
  return (envelopeOf(envelope)?.columns ?? []).map(({ name, is, required }) => ({
    name,
    type: { kind: is === 'time' ? 'timestamp' : 'string' },
    nullable: !required,
  }));
}

/** Columns beside those of the contract: the envelope's, then the message's. */
export function besideColumns(source: FieldsBeside): ColumnSpec[] {
  return [...envelopeColumns(source), ...messageColumns(source)];
}

/** @param timeColumn of the envelope, where one is the event time @returns undefined for a source whose events have no envelope */
export function envelopeOpener(
  source: Pick<Source, 'envelope'>,
  timeColumn: string | undefined,
): EnvelopeOpener | undefined {
  const envelope = envelopeOf(source.envelope);
  return envelope && new EnvelopeOpener(envelope, timeColumn);
}

export class EnvelopeOpener {
  readonly #timeAt: number;

  constructor(
    private readonly envelope: Envelope,
    timeColumn: string | undefined,
  ) {
    this.#timeAt = envelope.columns.findIndex(({ name }) => name === timeColumn);
  }

  open(raw: RawRows, row: number): InEnvelope | Rejected {
    const { envelope } = this;
    const [start, end] = [textStart(raw.buffer, raw.start(row)), raw.end(row)];
    if (start >= end) return rejected('empty_payload', '', envelope.emptyMeans);
    // Only a message that is one event may have its envelope in headers: the others of a batch need none.
    const found = raw.index.number(row) === 0 ? envelope.inHeaders?.((name) => raw.header(row, name)) : undefined;
    if (found !== undefined) return this.#opened(found, raw, row, start, end);
    const payload = objectIn(raw.buffer, start, end, raw.utf8);
    if (!payload.ok) return payload;
    return this.#opened(
      envelope.inPayload(payload.object, (path) => textAt(raw.buffer, start, end, path)),
      raw,
      row,
      start,
      end,
    );
  }

  #opened(found: Opened | Unopened, raw: RawRows, row: number, start: number, end: number): InEnvelope | Rejected {
    if (!isOpened(found)) return rejected('envelope', found.pointer, found.mistake);
    const { columns } = this.envelope;
    const values: (string | number | bigint | null)[] = [];
    for (let at = 0; at < columns.length; at++) {
      const value = stored(columns[at]!, found.values[at]!, found.pointers[at]!);
      if (isRejected(value)) return value;
      values.push(value);
    }
    const slice = found.path.length === 0 ? undefined : sliceAt(raw.buffer, start, end, found.path);
    return {
      start: slice?.start ?? start,
      end: slice?.end ?? end,
      pointer: pointerOf(found.path),
      timePointer: found.pointers[this.#timeAt] ?? '',
      values,
      header: headersBehind(this.envelope, found, (name) => raw.header(row, name)),
    };
  }
}

/** What stands in headers or in the payload is found under the names of headers. @param header of the message */
export function headersBehind({ headerPrefix }: Envelope, opened: Opened, header: HeaderOf): HeaderOf {
  return (name) =>
    headerPrefix !== undefined && name.startsWith(headerPrefix)
      ? opened.attributeOf?.(name.slice(headerPrefix.length))
      : header(name);
}

function stored(
  { name, is }: EnvelopeColumn,
  value: EnvelopeValue,
  pointer: string,
): string | number | bigint | null | Rejected {
  if (typeof value !== 'string') return value;
  if (is === 'time') {
    const micros = parseDateTime(value);
    return typeof micros === 'string'
      ? rejected(micros, pointer, `the value of ${name} must be a date-time with an offset or Z, as RFC 3339 writes it`)
      : micros;
  }
  if (value.length > attributeCharsSure && Buffer.byteLength(value) > attributeBytesMax)
    return rejected('out_of_bounds', pointer, `the value of ${name} has more than ${attributeBytesMax} bytes`);
  return value.isWellFormed()
    ? value
    : rejected('invalid_utf8', pointer, 'holds an unpaired surrogate, which UTF-8 cannot encode');
}

function isRejected(value: string | number | bigint | null | Rejected): value is Rejected {
  return typeof value === 'object' && value !== null;
}
