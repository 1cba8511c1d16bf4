/** Columns of the section `raw`, and a builder that ingest fills row by row. */
import { BinaryBuilder } from '#columns/build/binary-builder';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import { StringBuilder } from '#columns/build/string-builder';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { HeaderBlock, TextSpan } from '#frame/header-block';
import { HeadersColumn } from './headers-column.js';

/** Where an event came from: stands in every section behind the columns of the event. */
export const originColumns: readonly ColumnSpec[] = [
  { name: '_seq', type: { kind: 'int64' }, nullable: false },
  { name: '_index', type: { kind: 'int32' }, nullable: false },
  { name: '_arrived_at', type: { kind: 'timestamp' }, nullable: false },
];

/** What an event came with, but for its headers. */
export const eventColumns: readonly ColumnSpec[] = [
  { name: 'payload', type: { kind: 'binary' }, nullable: true },
  { name: 'payload_ref', type: { kind: 'string' }, nullable: true },
  { name: 'subject', type: { kind: 'string' }, nullable: false },
  { name: 'msg_id', type: { kind: 'string' }, nullable: true },
  ...originColumns,
];

/** The value is missing for a line without a colon. */
const headersColumn: ColumnSpec = {
  name: 'headers',
  type: {
    kind: 'list',
    item: {
      nullable: false,
      type: {
        kind: 'struct',
        fields: [
          { name: 'name', type: { kind: 'string' }, nullable: false },
          { name: 'value', type: { kind: 'string' }, nullable: true },
        ],
      },
    },
  },
  nullable: true,
};

export const rawColumns: readonly ColumnSpec[] = [...eventColumns, headersColumn];

/** Those of a bronze table. The stream's time is what stages take for the arrival of an event, so it needs no room of its own in frames. */
export const bronzeColumns: readonly ColumnSpec[] = [
  ...rawColumns,
  { name: '_published_at', type: { kind: 'timestamp' }, nullable: true },
];

/** One event as ingest found it. */
export interface RawEvent {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Set instead of bytes when the event is too large for a frame: the key of the object that holds it. */
  readonly ref?: string | undefined;
  readonly subject: string;
  readonly msgId: string | undefined;
  readonly seq: number;
  readonly index: number;
  /** Microseconds since the epoch. */
  readonly arrivedUs: number;
  /** Those of its message. Undefined: not kept, and missing in the row. */
  readonly headers?: HeaderBlock | undefined;
}

/** The same as it stands in the bytes of its message. */
export type FoundEvent = Omit<RawEvent, 'msgId'> & { readonly msgId: TextSpan | string | undefined };

export class RawFrame {
  readonly #builder = new ColumnsBuilder(rawColumns);
  readonly #payload = this.#builder.column('payload', BinaryBuilder);
  readonly #ref = this.#builder.column('payload_ref', StringBuilder);
  readonly #subject = this.#builder.column('subject', StringBuilder);
  readonly #msgId = this.#builder.column('msg_id', StringBuilder);
  readonly #seq = this.#builder.column('_seq', Int64Builder);
  readonly #index = this.#builder.column('_index', Int32Builder);
  readonly #arrivedAt = this.#builder.column('_arrived_at', Int64Builder);
  readonly #headers = new HeadersColumn(this.#builder);

  get rows(): number {
    return this.#builder.rows;
  }

  get bytes(): number {
    return this.#builder.bytes;
  }

  append(event: FoundEvent): void {
    if (event.ref === undefined) {
      this.#payload.append(event.bytes, event.start, event.end);
      this.#ref.appendNull();
    } else {
      this.#payload.appendNull();
      this.#ref.append(event.ref);
    }
    this.#subject.append(event.subject);
    const { msgId } = event;
    if (msgId === undefined) this.#msgId.appendNull();
    else if (typeof msgId === 'string') this.#msgId.append(msgId);
    else this.#msgId.appendUtf8(msgId.bytes, msgId.start, msgId.end);
    this.#seq.append(event.seq);
    this.#index.append(event.index);
    this.#arrivedAt.append(event.arrivedUs);
    this.#headers.append(event.headers);
    this.#builder.endRow();
  }

  /** The rows so far as an Arrow IPC file; the frame is empty afterwards. */
  take(): Uint8Array {
    const bytes = this.#builder.finish();
    this.#builder.reset();
    return bytes;
  }
}
