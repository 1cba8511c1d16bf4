/** Walks the rows of a raw section without an object per column value. */
import { isUtf8 } from 'node:buffer';
import { BytesColumn, Int64Column, NumberColumn } from '#columns/read/column-view';
import { type FrameColumns, readColumns } from '#columns/read/read-columns';
import type { StructsColumn } from '#columns/read/structs-column';
import type { RawEvent } from './raw-columns.js';

export interface RawRows {
  readonly rows: number;
  /** All payloads of the section, end to end. */
  readonly buffer: Buffer;
  /** Whether `buffer` as a whole is valid UTF-8. */
  readonly utf8: boolean;
  start(row: number): number;
  end(row: number): number;
  arrivedMs(row: number): number;
  hasRef(row: number): boolean;
  subject(row: number): string;
  msgId(row: number): string | undefined;
  /** The first header of this name in any case; undefined when there is none, or one without a value. @param name small letters */
  header(row: number, name: string): string | undefined;
  /** The row as an object: for the rare ones that are refused. */
  event(row: number): RawEvent;
  readonly seq: Int64Column;
  readonly index: NumberColumn;
  readonly arrivedAt: Int64Column;
}

export function rawRows(section: Uint8Array): RawRows {
  const columns = readColumns(section);
  const payload = columns.column('payload', BytesColumn);
  const ref = columns.column('payload_ref', BytesColumn);
  const subject = columns.column('subject', BytesColumn);
  const msgId = columns.column('msg_id', BytesColumn);
  const seq = columns.column('_seq', Int64Column);
  const index = columns.column('_index', NumberColumn);
  const arrivedAt = columns.column('_arrived_at', Int64Column);
  const used = payload.buffer.subarray(payload.start(0), payload.end(columns.rows - 1));
  return {
    rows: columns.rows,
    buffer: payload.buffer,
    utf8: isUtf8(used),
    start: (row) => payload.start(row),
    end: (row) => payload.end(row),
    arrivedMs: (row) => Math.floor(arrivedAt.number(row) / 1000),
    hasRef: (row) => !ref.isNull(row),
    subject: (row) => subject.text(row),
    msgId: (row) => (msgId.isNull(row) ? undefined : msgId.text(row)),
    header: headerFinder(columns),
    event: (row) => ({
      bytes: payload.buffer,
      start: payload.start(row),
      end: payload.end(row),
      ...(!ref.isNull(row) && { ref: ref.text(row) }),
      subject: subject.text(row),
      msgId: msgId.isNull(row) ? undefined : msgId.text(row),
      seq: seq.number(row),
      index: index.number(row),
      arrivedUs: arrivedAt.number(row),
    }),
    seq,
    index,
    arrivedAt,
  };
}

/** Most sections are asked for no header: only the first question opens the column. */
function headerFinder(columns: FrameColumns): RawRows['header'] {
  let texts: HeaderTexts | undefined;
  return (row, name) => {
    texts ??= new HeaderTexts(columns);
    return texts.find(row, name);
  };
}

/** Texts of the headers of a section. Frames of an earlier version have none. */
class HeaderTexts {
  readonly #list: StructsColumn | undefined;
  readonly #names: BytesColumn | undefined;
  readonly #values: BytesColumn | undefined;

  constructor(columns: FrameColumns) {
    if (!columns.names.includes('headers')) return;
    this.#list = columns.structs('headers');
    this.#names = this.#list.field('name', BytesColumn);
    this.#values = this.#list.field('value', BytesColumn);
  }

  find(row: number, name: string): string | undefined {
    const [list, names, values] = [this.#list, this.#names, this.#values];
    if (!list || !names || !values || list.isNull(row)) return undefined;
    for (let at = list.start(row); at < list.end(row); at++) {
      const isLong = names.end(at) - names.start(at) !== name.length;
      if (!isLong && names.text(at).toLowerCase() === name) return values.isNull(at) ? undefined : values.text(at);
    }
    return undefined;
  }
}
