/** Encodes frames of one schema fast: everything but the values is written once, then only lengths are filled in. */
import { makeData, RecordBatch, RecordBatchFileWriter, type Schema, Struct, vectorFromArray } from 'apache-arrow';
import { fieldAt, followed, rootTable } from '../read/flatbuffer.js';
import type { ColumnSpec } from '../types/column-spec.js';
import { arrowSchema } from './arrow-schema.js';
import type { ColumnBuilder } from './column-builder.js';

/** Field numbers in Arrow's Message.fbs, File.fbs. */
const messageField = { header: 2, bodyLength: 3 };
const batchField = { length: 0, nodes: 1, buffers: 2 };
const footerField = { recordBatches: 3 };

/** `ARROW1` and two bytes of padding; `ARROW1` and the footer's length at the end. */
const magicBytes = 8;
const tailBytes = 10;
/** A message begins with a continuation mark and the length of its metadata. */
const messagePrefixBytes = 8;

const templates = new WeakMap<readonly ColumnSpec[], ColumnsTemplate>();

/**
 * apache-arrow writes a file of one row once; its metadata has a fixed size for a schema, because row counts, null counts and
 * buffer places are structs and 64-bit fields (Arrow columnar format, "IPC File Format"). `encode` copies it and fills them in.
 */
export class ColumnsTemplate {
  /** Bytes of a frame without values. */
  readonly fixedBytes: number;
  /** Magic and the metadata of the batch: all that stands before the values. */
  readonly #head: Uint8Array;
  /** End-of-stream mark and footer. */
  readonly #tail: Uint8Array;
  readonly #rowsAt: number;
  readonly #bodyLengthAt: number;
  readonly #nodesAt: number;
  readonly #buffersAt: number;
  /** Place of the body's length in the tail. */
  readonly #blockBodyLengthAt: number;

  /** The one template of a list of columns: tasks that start again and again need not write its file of one row each time. */
  static of(columns: readonly ColumnSpec[]): ColumnsTemplate {
    const made = templates.get(columns) ?? new ColumnsTemplate(columns);
    templates.set(columns, made);
    return made;
  }

  private constructor(columns: readonly ColumnSpec[]) {
    const file = fileOfOneRow(arrowSchema(columns));
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    // apache-arrow leaves the schema to the footer, where readers of files look for it: the batch is the first message.
    const bodyAt = magicBytes + messagePrefixBytes + view.getInt32(magicBytes + 4, true);
    const message = rootTable(view, magicBytes + messagePrefixBytes);
    const batch = followed(view, fieldAt(view, message, messageField.header));
    this.#bodyLengthAt = fieldAt(view, message, messageField.bodyLength);
    this.#rowsAt = fieldAt(view, batch, batchField.length);
    this.#nodesAt = followed(view, fieldAt(view, batch, batchField.nodes)) + 4;
    this.#buffersAt = followed(view, fieldAt(view, batch, batchField.buffers)) + 4;
    const tailAt = bodyAt + Number(view.getBigInt64(this.#bodyLengthAt, true));
    const footer = rootTable(view, file.length - tailBytes - view.getInt32(file.length - tailBytes, true));
    // A vector begins with its length; a block is offset, length of the metadata, length of the body, 8 bytes each.
    this.#blockBodyLengthAt = followed(view, fieldAt(view, footer, footerField.recordBatches)) + 4 + 16 - tailAt;
    this.#head = file.slice(0, bodyAt);
    this.#tail = file.slice(tailAt);
    this.fixedBytes = this.#head.length + this.#tail.length;
  }

  /** The rows of these builders as an Arrow IPC file in memory of its own. */
  encode(rows: number, builders: readonly ColumnBuilder[]): Uint8Array {
    const nodes = builders.flatMap(nodesOf);
    const buffers = nodes.flatMap((node) => [node.nulls.validity(node.rows), ...node.buffers()]);
    const bodyLength = buffers.reduce((sum, { length }) => sum + padded(length), 0);
    const file = new Uint8Array(this.fixedBytes + bodyLength);
    file.set(this.#head);
    const view = new DataView(file.buffer);
    setInt64(view, this.#rowsAt, rows);
    setInt64(view, this.#bodyLengthAt, bodyLength);
    nodes.forEach((node, i) => {
      setInt64(view, this.#nodesAt + i * 16, node.rows);
      setInt64(view, this.#nodesAt + i * 16 + 8, node.nulls.count);
    });
    this.#writeBody(file, view, buffers);
    file.set(this.#tail, this.#head.length + bodyLength);
    setInt64(view, this.#head.length + bodyLength + this.#blockBodyLengthAt, bodyLength);
    return file;
  }

  /** Puts the buffers behind the head, each padded to 8 bytes, and notes their places. */
  #writeBody(file: Uint8Array, view: DataView, buffers: readonly Uint8Array[]): void {
    let at = this.#head.length;
    buffers.forEach((buffer, i) => {
      setInt64(view, this.#buffersAt + i * 16, at - this.#head.length);
      setInt64(view, this.#buffersAt + i * 16 + 8, buffer.length);
      file.set(buffer, at);
      at += padded(buffer.length);
    });
  }
}

function fileOfOneRow(schema: Schema): Uint8Array {
  const children = schema.fields.flatMap(({ type }) => vectorFromArray([null], type).data);
  const writer = new RecordBatchFileWriter();
  writer.write(
    new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 1, nullCount: 0, children })),
  );
  return writer.finish().toUint8Array(true);
}

/** A column and those nested in it, as Arrow lays them out: depth first. */
function nodesOf(builder: ColumnBuilder): readonly ColumnBuilder[] {
  return builder.children === undefined ? [builder] : [builder, ...builder.children.flatMap(nodesOf)];
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** A count or place within one frame fits into 32 bits; the upper half is 0. */
function setInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, value, true);
  view.setInt32(at + 4, 0, true);
}
