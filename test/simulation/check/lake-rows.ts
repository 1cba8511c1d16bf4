/** The committed rows of the lake in memory, in the order of commits, files and rows. */
import type { DataFrame } from '#columns/polars/data-frames';
import { nativeOf } from '#columns/polars/native-data-frame';
import type { LogEntry } from '#delta/actions';
import { parseEntry } from '#delta/entry-codec';
import { readParquet } from '../world/lake/arrow-files.js';
import type { MemoryStore } from '../world/lake/memory-store.js';

export type Row = Readonly<Record<string, unknown>>;

interface Table {
  readonly entries: LogEntry[];
  readonly rows: Row[];
  /** Of the files that the entries add, by path. */
  readonly sizes: Map<string, number>;
  /** Log entries and files as they were when they were read. */
  readonly read: Map<string, Uint8Array | undefined>;
}

/** Follows the tables of a store: each call of `table` reads what is new. */
export class LakeRows {
  readonly #tables = new Map<string, Table>();
  readonly #decoder = new TextDecoder();

  constructor(private readonly store: MemoryStore) {}

  table(name: string): Table {
    const table = this.#tables.get(name) ?? {
      entries: [],
      rows: [],
      sizes: new Map<string, number>(),
      read: new Map<string, Uint8Array | undefined>(),
    };
    this.#tables.set(name, table);
    for (;;) {
      const version = table.entries.length;
      const key = `${name}/_delta_log/${String(version).padStart(20, '0')}.json`;
      const bytes = this.store.everHeld(key);
      if (bytes === undefined) return table;
      table.read.set(key, bytes);
      this.#take(name, table, version, this.#decoder.decode(bytes));
    }
  }

  /** Reads tables anew of which something was replaced since it was read. */
  refresh(): void {
    for (const [name, { read }] of this.#tables)
      if ([...read].some(([key, bytes]) => this.store.everHeld(key) !== bytes)) this.#tables.delete(name);
  }

  #take(name: string, table: Table, version: number, text: string): void {
    const parsed = parseEntry(version, text);
    if (parsed.kind === 'unreadable') throw new Error(parsed.reason);
    table.entries.push(parsed.entry);
    for (const action of parsed.entry.actions) {
      if (!('add' in action)) continue;
      const key = `${name}/${action.add.path}`;
      const file = this.store.objects.get(key);
      table.read.set(key, file);
      if (!file) continue;
      table.sizes.set(action.add.path, file.byteLength);
      table.rows.push(...rowsOf(readParquet(file)));
    }
  }
}

/** Without binary columns: those have no form in JavaScript. */
function rowsOf(frame: DataFrame): Row[] {
  const native = nativeOf(frame);
  const plain = native.select(native.columns.filter((name) => name !== 'payload'));
  return (plain as unknown as { toObjects(): Row[] }).toObjects();
}
