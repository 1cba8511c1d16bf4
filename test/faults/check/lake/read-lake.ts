/** Reads the committed lake as its Delta logs say: every row, in the order of commit, file and row, with DuckDB. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { LogEntry } from '#delta/actions';
import { logFolder } from '#delta/log-names';
import { foldTable } from '#delta/whole-table';
import { localFiles } from '#duckdb/local-files';
import { filesOf } from '#lake/log/current-files';
import { readWholeLog } from '#lake/log/read-log';
import type { ObjectStore } from '#store/object-store';
import type { BronzeRow, QuarantineRow, ResultRow, SilverRow } from '../rows/row-types.js';

export interface TableLog {
  readonly table: string;
  readonly entries: readonly LogEntry[];
  /** Size of every file in the table's folder, by path. */
  readonly sizes: ReadonlyMap<string, number>;
}

export interface LakeRows {
  readonly logs: readonly TableLog[];
  readonly bronze: readonly BronzeRow[];
  readonly silver: readonly SilverRow[];
  readonly quarantine: readonly QuarantineRow[];
  readonly gold: readonly ResultRow[];
}

export const windowNames = ['by_customer', 'by_region'] as const;

/** The measures of a window as text, like those of the oracle; the key column. SQL over gold. */
const windows = {
  by_customer: { key: 'customer', values: "concat_ws('|', orders, pieces, newest)" },
  by_region: { key: 'region', values: "concat_ws('|', orders, revenue, customers)" },
} as const;

const place = 'CAST(_seq AS DOUBLE) AS seq, _index AS index';
const silverValues =
  "concat_ws('|', customer, n, epoch_ms(placed_at), city, pieces, price, coalesce(region, 'null'), total)";

/** Throws when a file of a table is missing; what else is wrong is in the rows. */
export async function readLake(store: ObjectStore): Promise<LakeRows> {
  const folder = await mkdtemp(join(tmpdir(), 'afluente-check-'));
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: join(folder, 'spill') });
  try {
    const reading = new Reading(store, await instance.connect(), folder);
    const bronze = await reading.rows<BronzeRow>(
      'bronze_orders',
      `${place}, msg_id AS "msgId", md5(payload) AS digest`,
    );
    const silver = await reading.rows<SilverRow>(
      'silver_orders',
      (has) =>
        `${place}, order_id AS "orderId", customer, ${silverValues} AS "values", ${has('size_class') ? 'size_class' : 'NULL'} AS "sizeClass"`,
    );
    const quarantine = await reading.rows<QuarantineRow>('quarantine_orders', `${place}, reason`);
    const gold: ResultRow[] = [];
    for (const window of windowNames) {
      const { key, values } = windows[window];
      const columns = `'${window}' AS "window", CAST(epoch_ms(window_start) AS DOUBLE) AS "startMs", "${key}" AS key, CAST(revision AS DOUBLE) AS revision, ${values} AS "values"`;
      gold.push(...(await reading.rows<ResultRow>(`gold_${window}`, columns)));
    }
    return { logs: reading.logs, bronze, silver, quarantine, gold };
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

class Reading {
  readonly logs: TableLog[] = [];

  constructor(
    private readonly store: ObjectStore,
    private readonly duck: DuckDBConnection,
    private readonly folder: string,
  ) {}

  /** @param columns SQL over the table's rows, named as the fields of `Row`; it may depend on which columns the table has by now */
  async rows<Row>(table: string, columns: string | ((has: (column: string) => boolean) => string)): Promise<Row[]> {
    const entries = await readWholeLog(this.store, table);
    this.logs.push({ table, entries, sizes: await this.#sizes(table) });
    const folded = foldTable(entries);
    if (folded.kind === 'halt') throw new Error(`${table}: ${folded.reason}`);
    if (folded.kind === 'absent' || folded.table.files.size === 0) return [];
    const files = await localFiles(this.store, filesOf(table, folded.table), join(this.folder, table));
    await this.duck.run("SET TimeZone = 'UTC'");
    await this.duck.run(
      `CREATE OR REPLACE TEMP TABLE _files AS SELECT * FROM (VALUES ${files.map(({ path }, i) => `(${text(path)}, ${i})`).join(', ')}) AS f(filename, _file)`,
    );
    const read = `read_parquet([${files.map(({ path }) => text(path)).join(', ')}], union_by_name = true, hive_partitioning = false, filename = true, file_row_number = true)`;
    const known = new Set(folded.table.state.columns.map(({ name }) => name));
    const select = typeof columns === 'string' ? columns : columns((column) => known.has(column));
    const result = await this.duck.runAndReadAll(
      `SELECT ${select} FROM ${read} JOIN _files USING (filename) ORDER BY _file, file_row_number`,
    );
    return result.getRowObjectsJson() as Row[];
  }

  async #sizes(table: string): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    const prefix = `${table}/`;
    for await (const { key, size } of this.store.list(prefix))
      if (!key.startsWith(`${prefix}${logFolder}/`)) sizes.set(key.slice(prefix.length), size);
    return sizes;
  }
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
