/** SQL over real tables of a lake. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pl from 'nodejs-polars';
import type { ColumnSpec } from '#columns/types/column-spec';
import { type QueryResult, queryLake } from '#duckdb/query-lake';
import { listTables } from '#lake/log/list-tables';
import { LakeTable } from '#lake/table/lake-table';
import { LocalStore } from '#store/local-store';
import { FaultyStore } from './faulty-store.js';
import { eventColumns, eventRows, type Lake, makeLake, openEvents } from './lake-fixture.js';

const goldColumns: readonly ColumnSpec[] = [
  { name: 'window_start', type: { kind: 'timestamp' }, nullable: false },
  { name: 'region', type: { kind: 'string' }, nullable: true },
  { name: 'revenue', type: { kind: 'decimal', precision: 38, scale: 2 }, nullable: true },
  { name: 'revision', type: { kind: 'int32' }, nullable: false },
];

describe('a query over the lake', () => {
  let lake: Lake;
  const ask = (sql: string): Promise<QueryResult> => queryLake({ store: lake.store, sql });
  beforeEach(async () => {
    lake = await makeLake();
  });
  afterEach(() => lake.remove());

  async function writeEvents(): Promise<void> {
    const table = await openEvents(lake.store);
    await table.append({ df: eventRows(0, 99), txns: [], nowMs: 0, commitId: 'a' });
    await table.append({ df: eventRows(100, 199), txns: [], nowMs: 0, commitId: 'b' });
  }

  test('sees every row, with partition values from the log', async () => {
    await writeEvents();
    const { columns, rows } = await ask(
      'SELECT region, count(*) AS n, sum(amount) AS total FROM events GROUP BY ALL ORDER BY region NULLS LAST',
    );
    expect(columns).toEqual(['region', 'n', 'total']);
    expect(rows).toEqual([
      ['a b/c=d', 50, '5002.50'],
      ['north', 50, '4902.50'],
      ['south', 50, '4952.50'],
      [null, 50, '5052.50'],
    ]);
  });

  test('is answered when another table cannot be used, which is told; one about that table says why', async () => {
    await writeEvents();
    await (await openEvents(lake.store, { name: 'event' })).close();
    await lake.store.put(
      'event/_delta_log/00000000000000000001.json',
      Buffer.from('{"protocol":{"minReaderVersion":9,"minWriterVersion":9}}'),
    );
    const told: string[] = [];
    const { rows } = await queryLake({
      store: lake.store,
      sql: 'SELECT count(*) FROM events',
      onUnusable: ({ table }) => told.push(table),
    });
    expect([rows, told]).toEqual([[[200]], ['event']]);
    await expect(ask('SELECT count(*) FROM event')).rejects.toThrow('Table event cannot be used');
  });

  test('gives an empty table its columns and types', async () => {
    await openEvents(lake.store);
    expect((await ask('SELECT * FROM events')).rows).toEqual([]);
    expect((await ask('SELECT column_name, column_type FROM (DESCRIBE events)')).rows).toEqual([
      ['id', 'BIGINT'],
      ['region', 'VARCHAR'],
      ['amount', 'DECIMAL(12,2)'],
    ]);
  });

  test('shows null for columns that older files lack', async () => {
    await writeEvents();
    const columns = [...eventColumns, { name: 'note', type: { kind: 'string' as const }, nullable: true }];
    const wider = await openEvents(lake.store, { columns });
    const df = eventRows(200, 200).withColumn(pl.lit('new').alias('note'));
    await wider.append({ df, txns: [], nowMs: 0, commitId: 'c' });
    expect((await ask('SELECT note, count(*) FROM events GROUP BY ALL ORDER BY ALL NULLS LAST')).rows).toEqual([
      ['new', 1],
      [null, 200],
    ]);
  });

  test('offers the latest revision of each window and key', async () => {
    const configuration = { 'afluente.windowKey': 'region' };
    const options = {
      store: lake.store,
      name: 'gold_revenue',
      columns: goldColumns,
      partitionBy: [],
      engineInfo: 'test',
      configuration,
    };
    const table = await LakeTable.open(options);
    const df = pl.DataFrame({
      window_start: [0, 0, 0, 60_000_000],
      region: ['n', 'n', 's', 'n'],
      revenue: ['1.00', '2.00', '12345678901234567890.12', '4.00'],
      revision: [1, 2, 1, 1],
    });
    await table.append({ df, txns: [], nowMs: 0, commitId: 'g' });
    const { rows } = await ask('SELECT * FROM gold_revenue_latest ORDER BY ALL');
    expect(rows).toEqual([
      ['1970-01-01T00:00:00Z', 'n', '2.00', 2],
      ['1970-01-01T00:00:00Z', 's', '12345678901234567890.12', 1],
      ['1970-01-01T00:01:00Z', 'n', '4.00', 1],
    ]);
  });

  test.each(["it's [a] *?", '{b} 50% é\n😀', 'a\\b'])('reads a lake whose folder is called %j', async (folder) => {
    const store = new LocalStore(join(fileURLToPath(lake.store.url), folder));
    const table = await openEvents(store);
    await table.append({ df: eventRows(0, 9), txns: [], nowMs: 0, commitId: 'p' });
    expect((await queryLake({ store, sql: "SELECT count(*) FROM events WHERE region = 'north'" })).rows).toEqual([[3]]);
  });

  test('finds tables among other folders and files', async () => {
    await openEvents(lake.store);
    await openEvents(lake.store, { name: 'events0' });
    await openEvents(lake.store, { name: 'events-2' });
    await lake.store.put('README', Buffer.from('x'));
    await lake.store.put('other/file', Buffer.from('x'));
    expect(await listTables(lake.store)).toEqual(['events', 'events-2', 'events0']);
  });

  test("passes on DuckDB's words about a wrong query", async () => {
    await openEvents(lake.store);
    await expect(ask('SELECT nope FROM events')).rejects.toThrow(/Binder Error.*"nope"/s);
    await expect(ask('SELECT * FROM missing')).rejects.toThrow(/missing does not exist/);
  });

  test('reads a store that is not a local disk through a temporary folder, and removes it', async () => {
    await writeEvents();
    const folder = await mkdtemp(join(tmpdir(), 'afluente-temporary-'));
    let used: string[] = [];
    const sql = 'SELECT count(*) FROM Events';
    const remote = new (class extends FaultyStore {
      override async get(key: string): Promise<Uint8Array | undefined> {
        used = await readdir(folder);
        return super.get(key);
      }
    })(lake.store, []);
    expect((await queryLake({ store: remote, sql, folder })).rows).toEqual([[200]]);
    expect(used).toEqual([expect.stringContaining('afluente-query-')]);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
