/**
 * Looks at a few columns of an Arrow IPC file without decoding its schema: 5 µs, where apache-arrow takes 100 and polars 300.
 *
 * It understands what our own builders write: one batch, no compression (Arrow columnar format, "IPC File Format").
 */
import { fieldAt, followed, rootTable } from './flatbuffer.js';

/** Values of one column by row; without looking for nulls. */
export interface PeekedColumns {
  readonly rows: number;
  /** An int64 or timestamp column. */
  int64(name: string): (row: number) => number;
  int32(name: string): (row: number) => number;
  text(name: string): (row: number) => string;
}

/** Field numbers in Arrow's File.fbs, Message.fbs and Schema.fbs. */
const footerField = { schema: 1, recordBatches: 3 };
const schemaField = { fields: 1 };
const columnField = { name: 0, type: 2, children: 5 };
const messageField = { header: 2 };
const batchField = { length: 0, buffers: 2, compression: 3 };

/** Buffers of a column by the number of its type, the one of its nulls among them, those of its children not. */
const buffersOf: ReadonlyMap<number, number> = new Map([
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
  [6, 2],
  [7, 2],
  [8, 2],
  [10, 2],
  [12, 2],
  [13, 1],
]);
/** `ARROW1` at the end, behind the footer's length. */
const tailBytes = 10;
const messagePrefixBytes = 8;
const bufferBytes = 16;

/** @returns undefined when the file is of another make */
export function peekColumns(bytes: Uint8Array): PeekedColumns | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footer = rootTable(view, bytes.length - tailBytes - view.getInt32(bytes.length - tailBytes, true));
  const blocks = followed(view, fieldAt(view, footer, footerField.recordBatches));
  const places = buffersByName(view, followed(view, fieldAt(view, footer, footerField.schema)));
  if (view.getUint32(blocks, true) !== 1 || !places) return undefined;
  const block = blocks + 4;
  const messageAt = Number(view.getBigInt64(block, true));
  const bodyAt = messageAt + view.getInt32(block + 8, true);
  const batch = followed(view, fieldAt(view, rootTable(view, messageAt + messagePrefixBytes), messageField.header));
  if (isThere(view, batch, batchField.compression)) return undefined;
  const buffers = followed(view, fieldAt(view, batch, batchField.buffers)) + 4;
  /** Place of a column's n-th buffer behind the one of its nulls. */
  const at = (name: string, n: number): number => {
    const first = places.get(name);
    if (first === undefined) throw new RangeError(`no column ${name} among ${[...places.keys()].join(', ')}`);
    return bodyAt + view.getUint32(buffers + (first + n) * bufferBytes, true);
  };
  return {
    rows: view.getUint32(fieldAt(view, batch, batchField.length), true),
    int64: (name) => {
      const values = at(name, 1);
      return (row) =>
        view.getInt32(values + row * 8 + 4, true) * 4_294_967_296 + view.getUint32(values + row * 8, true);
    },
    int32: (name) => {
      const values = at(name, 1);
      return (row) => view.getInt32(values + row * 4, true);
    },
    text: (name) => {
      const [offsets, values] = [at(name, 1), at(name, 2)];
      const place = (row: number): number => values + view.getInt32(offsets + row * 4, true);
      return (row) => Buffer.from(bytes.buffer, bytes.byteOffset + place(row), place(row + 1) - place(row)).toString();
    },
  };
}

/** First buffer of each column; undefined when a column is of a type that frames do not build. */
function buffersByName(view: DataView, schema: number): Map<string, number> | undefined {
  const fields = followed(view, fieldAt(view, schema, schemaField.fields));
  const places = new Map<string, number>();
  let buffer = 0;
  for (let i = 0; i < view.getUint32(fields, true); i++) {
    const field = followed(view, fields + 4 + i * 4);
    const count = buffersIn(view, field);
    if (count === undefined) return undefined;
    places.set(textAt(view, followed(view, fieldAt(view, field, columnField.name))), buffer);
    buffer += count;
  }
  return places;
}

/** Those of a column and of all that is nested in it, which follow it; undefined when one is of a type that frames do not build. */
function buffersIn(view: DataView, field: number): number | undefined {
  let all = buffersOf.get(view.getUint8(fieldAt(view, field, columnField.type)));
  if (!isThere(view, field, columnField.children)) return all;
  const children = followed(view, fieldAt(view, field, columnField.children));
  for (let i = 0; i < view.getUint32(children, true); i++) {
    const count = buffersIn(view, followed(view, children + 4 + i * 4));
    all = all === undefined || count === undefined ? undefined : all + count;
  }
  return all;
}

function textAt(view: DataView, at: number): string {
  return Buffer.from(view.buffer, view.byteOffset + at + 4, view.getUint32(at, true)).toString();
}

function isThere(view: DataView, table: number, field: number): boolean {
  const vtable = table - view.getInt32(table, true);
  const slot = 4 + field * 2;
  return slot < view.getUint16(vtable, true) && view.getUint16(vtable + slot, true) !== 0;
}
