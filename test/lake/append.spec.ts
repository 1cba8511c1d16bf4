/** Appends to a table on a real folder: what is in the log and the files, and what happens when answers are lost. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { TableHaltedError } from '#lake/ground/lake-errors';
import { currentFiles } from '#lake/log/current-files';
import type { AppendResult, LakePoint, LakeTable } from '#lake/table/lake-table';
import { RequiredColumnError } from '#lake/table/write-data-files';
import { type Fault, FaultyStore } from './faulty-store.js';
import { eventColumns, eventRows, idsIn, type Lake, makeLake, openEvents, range } from './lake-fixture.js';

let commits = 0;
function add(table: LakeTable, from: number, to: number, appId = 'task'): Promise<AppendResult> {
  const txns = [{ appId, previous: from - 1, version: to }];
  return table.append({ df: eventRows(from, to), txns, nowMs: 1_700_000_000_000, commitId: `commit-${commits++}` });
}

describe('appending to a table', () => {
  let lake: Lake;
  beforeEach(async () => {
    lake = await makeLake();
  });
  afterEach(() => lake.remove());

  test('writes files per partition, their statistics, and the position in one entry', async () => {
    const table = await openEvents(lake.store);
    expect(table.version).toBe(0);
    expect(await add(table, 0, 99)).toMatchObject({ kind: 'committed', version: 1 });
    expect(table.txns.get('task')).toBe(99);
    expect(await idsIn(lake.store)).toEqual(range(0, 99));
    const files = await currentFiles(lake.store, 'events');
    expect(files.map((f) => f.partitionValues['region'])).toEqual(['north', 'south', 'a b/c=d', null]);
    expect(files[2]?.key).toMatch(/^events\/region=a%20b%2Fc%3Dd\/part-[0-9a-f-]{36}\.zstd\.parquet$/);
    expect(files[3]?.key).toContain('/region=__HIVE_DEFAULT_PARTITION__/');
    expect(files[0]?.stats).toBe(
      '{"numRecords":25,"minValues":{"id":0,"amount":0.05},"maxValues":{"id":96,"amount":96.05},"nullCount":{"id":0,"amount":0}}',
    );
  });

  test('continues after being opened again', async () => {
    await add(await openEvents(lake.store), 0, 9);
    const again = await openEvents(lake.store);
    expect(again.txns).toEqual(new Map([['task', 9]]));
    expect(await add(again, 10, 19)).toMatchObject({ kind: 'committed', version: 2 });
    expect(await idsIn(lake.store)).toEqual(range(0, 19));
  });

  test('moves a position without rows', async () => {
    const table = await openEvents(lake.store);
    const empty = eventRows(0, 0).filter(pl.col('id').gt(5));
    const txns = [{ appId: 'task', previous: -1, version: 7 }];
    expect(await table.append({ df: empty, txns, nowMs: 0, commitId: 'empty' })).toMatchObject({
      kind: 'committed',
      version: 1,
    });
    expect((await openEvents(lake.store)).txns.get('task')).toBe(7);
    expect(await currentFiles(lake.store, 'events')).toEqual([]);
  });

  test('refuses a step that another writer has already made, and writes nothing', async () => {
    const [one, two] = [await openEvents(lake.store), await openEvents(lake.store)];
    await add(one, 0, 9);
    expect(await add(two, 0, 4)).toEqual({ kind: 'superseded', txns: new Map([['task', 9]]) });
    expect(await add(two, 10, 14)).toMatchObject({ kind: 'committed', version: 2 });
    expect(await idsIn(lake.store)).toEqual(range(0, 14));
  });

  test('goes to the next version when another writer only moved other txns', async () => {
    const [one, two] = [await openEvents(lake.store), await openEvents(lake.store)];
    await add(one, 0, 9, 'a');
    expect(await add(two, 0, 4, 'b')).toMatchObject({ kind: 'committed', version: 2 });
  });

  test('knows its own entry when called again with the same append', async () => {
    const lost = await openEvents(lake.store);
    const append = {
      df: eventRows(0, 9),
      txns: [{ appId: 'task', previous: -1, version: 9 }],
      nowMs: 0,
      commitId: 'once',
    };
    const other = await openEvents(lake.store);
    await lost.append(append);
    expect(await other.append(append)).toMatchObject({ kind: 'committed', version: 1 });
    expect(await idsIn(lake.store)).toEqual(range(0, 9));
  });

  test('throws when the store stays unclear, and can tell afterwards', async () => {
    const store = new FaultyStore(lake.store, ['none', ...new Array(6).fill('lost-before'), 'lost-after']);
    const table = await openEvents(store);
    await expect(add(table, 0, 9)).rejects.toThrow('may or may not be stored');
    expect(await add(table, 0, 9)).toMatchObject({ kind: 'committed', version: 1 });
    expect(await idsIn(lake.store)).toEqual(range(0, 9));
  });

  test('refuses rows without a required value before anything is committed', async () => {
    const table = await openEvents(lake.store);
    const df = pl.DataFrame({ id: [1, null], region: ['x', 'x'], amount: ['1', '2'] });
    await expect(table.append({ df, txns: [], nowMs: 0, commitId: 'c' })).rejects.toThrow(RequiredColumnError);
    expect((await openEvents(lake.store)).version).toBe(0);
  });

  test('passes its points in order, and leaves nothing in the table when it dies before the commit', async () => {
    const points: LakePoint[] = [];
    const table = await openEvents(lake.store, { onPoint: (point) => void points.push(point) });
    await add(table, 0, 9);
    expect(points).toEqual(['files-written', 'before-commit', 'after-commit']);
    const dying = await openEvents(lake.store, {
      onPoint: (p) => (p === 'before-commit' ? Promise.reject(new Error('dead')) : undefined),
    });
    await expect(add(dying, 10, 19)).rejects.toThrow('dead');
    expect(await idsIn(lake.store)).toEqual(range(0, 9));
  });

  test('takes new nullable columns and keeps old rows', async () => {
    await add(await openEvents(lake.store), 0, 3);
    const columns = [...eventColumns, { name: 'note', type: { kind: 'string' as const }, nullable: true }];
    const wider = await openEvents(lake.store, { columns, configuration: { 'afluente.windowKey': 'region' } });
    expect(wider.version).toBe(2);
    const df = eventRows(4, 4).withColumn(pl.lit('hello').alias('note'));
    await wider.append({ df, txns: [{ appId: 'task', previous: 3, version: 4 }], nowMs: 0, commitId: 'wide' });
    expect(await idsIn(lake.store)).toEqual(range(0, 4));
    const narrow = await openEvents(lake.store);
    expect(narrow.version).toBe(3);
    expect(await add(narrow, 5, 5)).toMatchObject({ kind: 'committed', version: 4 });
  });

  test('refuses another type, another partitioning and impossible names', async () => {
    await openEvents(lake.store);
    const asText = eventColumns.map((c) => (c.name === 'amount' ? { ...c, type: { kind: 'string' as const } } : c));
    await expect(openEvents(lake.store, { columns: asText })).rejects.toThrow('"amount" is decimal(12,2) in the table');
    await expect(openEvents(lake.store, { partitionBy: [] })).rejects.toThrow(TableHaltedError);
    await expect(openEvents(lake.store, { name: '../x' })).rejects.toThrow('its name must be');
  });

  test('takes appends that overlap in time', async () => {
    const table = await openEvents(lake.store);
    const results = await Promise.all(
      range(0, 5).map((n) =>
        table.append({
          df: eventRows(n, n),
          txns: [{ appId: `task-${n}`, previous: -1, version: n }],
          nowMs: 0,
          commitId: `overlap-${n}`,
        }),
      ),
    );
    expect(results.map((r) => r.kind === 'committed' && r.version).sort()).toEqual(range(1, 6));
    expect(table.version).toBe(6);
    expect(await idsIn(lake.store)).toEqual(range(0, 5));
  });

  test('is created once by writers that race to open it', async () => {
    const tables = await Promise.all(range(1, 8).map(() => openEvents(lake.store)));
    expect(new Set(tables.map((t) => t.version))).toEqual(new Set([0]));
  });
});

describe('exactly once', () => {
  test('holds for any order of lost, late and never-sent answers', async () => {
    const fault = fc.constantFrom<Fault>('none', 'none', 'lost-after', 'lost-before', 'late');
    const property = fc.asyncProperty(
      fc.array(fault, { maxLength: 12 }),
      fc.array(fault, { maxLength: 12 }),
      async (a, b) => {
        const lake = await makeLake();
        const stores = [new FaultyStore(lake.store, a), new FaultyStore(lake.store, b)];
        await Promise.all(stores.map((store) => writeTo(store, 29)));
        await Promise.all(stores.map((store) => store.close()));
        expect(await idsIn(lake.store)).toEqual(range(0, 29));
        await lake.remove();
      },
    );
    await fc.assert(property, { numRuns: 10, seed: 7 });
  });

  test('holds for two writers that race for the same positions', async () => {
    const lake = await makeLake();
    const wins = await Promise.all([writeTo(lake.store, 199), writeTo(lake.store, 199)]);
    expect(wins[0] + wins[1]).toBe(20);
    expect(await idsIn(lake.store)).toEqual(range(0, 199));
    await lake.remove();
  });

  /** Two writers with positions of their own; each commit is retried on the next free version. */
  test('holds for two writers with different positions in one table', async () => {
    const lake = await makeLake();
    const write = async (appId: string, offset: number): Promise<void> => {
      const table = await openEvents(lake.store);
      for (let n = 0; n < 15; n++) {
        const txns = [{ appId, previous: n - 1, version: n }];
        const result = await table.append({
          df: eventRows(offset + n, offset + n),
          txns,
          nowMs: 0,
          commitId: `${appId}-${n}`,
        });
        expect(result.kind).toBe('committed');
      }
    };
    await Promise.all([write('a', 0), write('b', 15)]);
    expect(await idsIn(lake.store)).toEqual(range(0, 29));
    await lake.remove();
  });
});

/** Appends rows 0..last in steps of ten from wherever the table stands; gives back how many steps were this writer's. */
async function writeTo(store: Parameters<typeof openEvents>[0], last: number): Promise<number> {
  const table = await openEvents(store);
  let [position, wins] = [table.txns.get('task') ?? -1, 0];
  while (position < last) {
    const result = await add(table, position + 1, position + 10);
    wins += result.kind === 'committed' ? 1 : 0;
    position = table.txns.get('task') ?? -1;
  }
  return wins;
}
