/** Columns of the sections `rejected` and `late`, and a builder for them. Headers are in bronze, under the same `_seq` and `_index`. */
import { BinaryBuilder } from '#columns/build/binary-builder';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import { StringBuilder } from '#columns/build/string-builder';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Reason } from '#contract/values/reason';
import { eventColumns, type RawEvent } from '../raw/raw-columns.js';

export const rejectedColumns: readonly ColumnSpec[] = [
  // Stages behind validate know no subject; where the table is partitioned by it, Delta reads their empty text as null.
  ...eventColumns.map((column) => (column.name === 'subject' ? { ...column, nullable: true } : column)),
  { name: 'reason', type: { kind: 'string' }, nullable: false },
  { name: 'pointer', type: { kind: 'string' }, nullable: false },
  { name: 'message', type: { kind: 'string' }, nullable: false },
];

export interface Why {
  readonly reason: Reason;
  /** JSON pointer into the event; '' is the whole event. */
  readonly pointer: string;
  readonly message: string;
}

export class RejectedFrame {
  readonly #builder = new ColumnsBuilder(rejectedColumns);
  readonly #payload = this.#builder.column('payload', BinaryBuilder);
  readonly #strings = ['payload_ref', 'subject', 'msg_id', 'reason', 'pointer', 'message'].map((name) =>
    this.#builder.column(name, StringBuilder),
  );
  readonly #seq = this.#builder.column('_seq', Int64Builder);
  readonly #index = this.#builder.column('_index', Int32Builder);
  readonly #arrivedAt = this.#builder.column('_arrived_at', Int64Builder);

  get rows(): number {
    return this.#builder.rows;
  }

  get bytes(): number {
    return this.#builder.rows === 0 ? 0 : this.#builder.bytes;
  }

  append(event: RawEvent, why: Why): void {
    if (event.ref === undefined) this.#payload.append(event.bytes, event.start, event.end);
    else this.#payload.appendNull();
    const texts = [event.ref, event.subject, event.msgId, why.reason, why.pointer, why.message];
    for (const [i, column] of this.#strings.entries()) {
      const text = texts[i];
      if (text === undefined) column.appendNull();
      else column.append(text);
    }
    this.#seq.append(event.seq);
    this.#index.append(event.index);
    this.#arrivedAt.append(event.arrivedUs);
    this.#builder.endRow();
  }

  /** Forgets all rows. */
  reset(): void {
    this.#builder.reset();
  }

  /** The rows so far as an Arrow IPC file; the frame is empty afterwards. */
  take(): Uint8Array {
    const bytes = this.#builder.finish();
    this.reset();
    return bytes;
  }
}
