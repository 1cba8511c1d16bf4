/** Checkpoints as Parquet files, written and read in pieces: a large table must not hold up what else the process does. */
import { setImmediate } from 'node:timers/promises';
import { type Compressors, type FileMetaData, parquetMetadata, parquetReadObjects, type RowGroup } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Action } from '#delta/actions';
import { type ActionKind, actionKinds, checkpointSchema, fromRow, toRow } from './checkpoint-columns.js';

/** About 30 ms of work. */
const rowsAtOnceMax = 2_000;
const workMsMax = 20;

/** Lets others work when this has worked for a while. */
class Pace {
  #sinceMs = performance.now();

  async rest(): Promise<void> {
    if (performance.now() - this.#sinceMs < workMsMax) return;
    await setImmediate();
    this.#sinceMs = performance.now();
  }
}

export class CheckpointWriter {
  readonly #bytes = new ByteWriter();
  readonly #file = new ParquetWriter({ writer: this.#bytes, schema: checkpointSchema, createdBy: 'afluente' });
  readonly #pace = new Pace();
  /** Actions so far. */
  size = 0;

  async write(actions: readonly Action[]): Promise<void> {
    for (let at = 0; at < actions.length; at += rowsAtOnceMax) {
      const rows = actions.slice(at, at + rowsAtOnceMax).map(toRow);
      await this.#file.write({
        columnData: actionKinds.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) })),
        rowGroupSize: rowsAtOnceMax,
      });
      this.size += rows.length;
      await this.#pace.rest();
    }
  }

  finish(): Uint8Array {
    void this.#file.finish();
    return new Uint8Array(this.#bytes.getBuffer());
  }
}

/** One file, or the only one, of a checkpoint that any engine wrote. */
export class CheckpointReader {
  readonly #file: ArrayBuffer;
  readonly #metadata: FileMetaData;

  /** @throws Error when it is no Parquet file */
  constructor(bytes: Uint8Array) {
    this.#file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    this.#metadata = parquetMetadata(this.#file);
  }

  /** The actions of these kinds, in pieces. @throws Error when the file is damaged */
  async *actions(kinds: readonly ActionKind[]): AsyncGenerator<Action[]> {
    const there = new Set(this.#metadata.schema.map(({ name }) => name));
    const columns = kinds.filter((kind) => there.has(kind));
    const compressors = await compressorsFor(this.#metadata);
    const pace = new Pace();
    let rowStart = 0;
    for (const group of this.#metadata.row_groups) {
      const rows = Number(group.num_rows);
      for (let at = 0; at < rows && holdsAny(group, columns); at += rowsAtOnceMax) {
        const span = { rowStart: rowStart + at, rowEnd: rowStart + Math.min(rows, at + rowsAtOnceMax) };
        const read = await parquetReadObjects({
          file: this.#file,
          metadata: this.#metadata,
          ...(compressors && { compressors }),
          columns,
          ...span,
        });
        yield read.flatMap((row) => fromRow(row) ?? []);
        await pace.rest();
      }
      rowStart += rows;
    }
  }
}

/** Those that hyparquet lacks are loaded when a file needs one: other engines' files do, ours do not. */
async function compressorsFor({ row_groups: groups }: FileMetaData): Promise<Compressors | undefined> {
  const codecs = new Set(groups.flatMap(({ columns }) => columns.map(({ meta_data: meta }) => meta?.codec)));
  const isOurs = [...codecs].every((codec) => codec === undefined || codec === 'SNAPPY' || codec === 'UNCOMPRESSED');
  return isOurs ? undefined : (await import('hyparquet-compressors')).compressors;
}

/** False when statistics tell that every value of the columns is null, as in pieces that hold data files only. */
function holdsAny({ columns }: RowGroup, kinds: readonly string[]): boolean {
  return columns.some(
    ({ meta_data: meta }) =>
      meta !== undefined &&
      kinds.includes(meta.path_in_schema[0] ?? '') &&
      meta.statistics?.null_count !== meta.num_values,
  );
}
