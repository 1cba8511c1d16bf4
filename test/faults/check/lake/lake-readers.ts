/** Readers that come and go while a run writes the lake: each must see whole commits only, and never less than the one before. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LakeDatabase } from '#duckdb/query-lake';
import { listTables } from '#lake/log/list-tables';
import type { ObjectStore } from '#store/object-store';
import { openStore, type StoreOptions } from '#store/open-store';
import { countFindings, type Finding, type Findings, found } from '../findings.js';
import { rememberingStore } from './remembering-store.js';

export interface ReadersOptions {
  /** The store itself, not the way through a proxy with faults. */
  readonly lakeUrl: string;
  readonly store?: StoreOptions;
}

const pauseMsMin = 1_000;
/** Reading takes longer as the lake grows: readers use at most this share of the time. */
const shareMax = 0.15;

/** What one reader saw of a table. */
export interface TableView {
  readonly table: string;
  readonly rows: number;
  /** Event ids that are there more than once; 0 for tables without ids. */
  readonly repeated: number;
}

export class LakeReaders {
  #readings = 0;
  readonly #findings: Finding[] = [];
  readonly #stopping = new AbortController();
  readonly #rows = new Map<string, number>();
  #resumed = Promise.withResolvers<void>();
  #reading: Promise<void> = Promise.resolve();
  readonly #loop: Promise<void>;

  private constructor(private readonly opened: ObjectStore) {
    this.resume();
    const store = rememberingStore(opened);
    this.#loop = this.#run(store);
  }

  static async start({ lakeUrl, store }: ReadersOptions): Promise<LakeReaders> {
    return new LakeReaders(await openStore(lakeUrl, store));
  }

  /** How often the lake was read. */
  get readings(): number {
    return this.#readings;
  }

  /** Resolves when nobody reads. */
  async pause(): Promise<void> {
    this.#resumed = Promise.withResolvers();
    await this.#reading;
  }

  resume(): void {
    this.#resumed.resolve();
  }

  /** Reads a last time. May be called again. */
  async stop(): Promise<Findings> {
    this.#stopping.abort();
    this.resume();
    await this.#loop;
    await this.opened.close();
    return countFindings(this.#findings);
  }

  async #run(store: ObjectStore): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#resumed.promise;
      const startedMs = performance.now();
      this.#reading = this.#read(store);
      await this.#reading;
      const pauseMs = Math.max(pauseMsMin, (performance.now() - startedMs) / shareMax);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    await this.#read(store);
  }

  async #read(store: ObjectStore): Promise<void> {
    try {
      const views = await viewTables(store);
      this.#readings++;
      this.#findings.push(...viewFindings(this.#rows, views));
      for (const { table, rows } of views) this.#rows.set(table, rows);
    } catch (error) {
      this.#findings.push(found('readerErrors', `reading ${this.#readings + 1} failed: ${String(error)}`));
    }
  }
}

/** @param before rows of each table in the reading before */
export function* viewFindings(before: ReadonlyMap<string, number>, views: readonly TableView[]): Generator<Finding> {
  for (const { table, rows, repeated } of views) {
    const least = before.get(table) ?? 0;
    if (rows < least) yield found('readerErrors', `${table} has ${rows} rows, a reader before saw ${least}`);
    if (repeated > 0) yield found('readerErrors', `${table} has ${repeated} event ids more than once`);
  }
  for (const table of before.keys())
    if (!views.some((view) => view.table === table)) yield found('readerErrors', `${table} is gone`);
}

async function viewTables(store: ObjectStore): Promise<TableView[]> {
  const tables = await listTables(store);
  const session = await LakeDatabase.open({ store, tables });
  try {
    const views: TableView[] = [];
    for (const table of tables) {
      const ids = table === 'silver_orders' ? 'count(*) - count(DISTINCT order_id)' : '0';
      const [row = []] = (await session.query(`SELECT count(*), ${ids} FROM "${table}"`)).rows;
      views.push({ table, rows: Number(row[0]), repeated: Number(row[1]) });
    }
    return views;
  } finally {
    await session.close();
  }
}
