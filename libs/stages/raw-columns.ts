/** Columns of the section `raw`, and a builder that ingest fills row by row. */
import { BinaryBuilder } from '#columns/arrow-bytes';
import { FrameBuilder } from '#columns/arrow-builder';
import { Int32Builder, Int64Builder } from '#columns/arrow-integer';
import { StringBuilder } from '#columns/arrow-text';
import type { ColumnSpec } from '#columns/column-spec';

/** Where an event came from: stands in every section behind the columns of the event. */
export const originColumns: readonly ColumnSpec[] = [
  { name: '_seq', type: { kind: 'int64' }, nullable: false },
  { name: '_index', type: { kind: 'int32' }, nullable: false },
  { name: '_arrived_at', type: { kind: 'timestamp' }, nullable: false },
];

export const rawColumns: readonly ColumnSpec[] = [
  { name: 'payload', type: { kind: 'binary' }, nullable: true },
  { name: 'payload_ref', type: { kind: 'string' }, nullable: true },
  { name: 'subject', type: { kind: 'string' }, nullable: false },
  { name: 'msg_id', type: { kind: 'string' }, nullable: true },
  ...originColumns,
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
}

export class RawFrame {
  readonly #frame = new FrameBuilder(rawColumns);
  readonly #payload = this.#frame.column('payload', BinaryBuilder);
  readonly #ref = this.#frame.column('payload_ref', StringBuilder);
  readonly #subject = this.#frame.column('subject', StringBuilder);
  readonly #msgId = this.#frame.column('msg_id', StringBuilder);
  readonly #seq = this.#frame.column('_seq', Int64Builder);
  readonly #index = this.#frame.column('_index', Int32Builder);
  readonly #arrivedAt = this.#frame.column('_arrived_at', Int64Builder);

  get rows(): number {
    return this.#frame.rows;
  }

  get bytes(): number {
    return this.#frame.bytes;
  }

  append(event: RawEvent): void {
    if (event.ref === undefined) {
      this.#payload.append(event.bytes, event.start, event.end);
      this.#ref.appendNull();
    } else {
      this.#payload.appendNull();
      this.#ref.append(event.ref);
    }
    this.#subject.append(event.subject);
    if (event.msgId === undefined) this.#msgId.appendNull();
    else this.#msgId.append(event.msgId);
    this.#seq.append(event.seq);
    this.#index.append(event.index);
    this.#arrivedAt.append(event.arrivedUs);
    this.#frame.endRow();
  }

  /** The rows so far as an Arrow IPC file; the frame is empty afterwards. */
  take(): Uint8Array {
    const bytes = this.#frame.finish();
    this.#frame.reset();
    return bytes;
  }
}
