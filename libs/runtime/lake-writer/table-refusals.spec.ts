/** Rows that a table cannot hold are in quarantine once, whenever the process dies between the two commits, and however the batches are cut afterwards. */
import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readParquet } from '#columns/files/read-parquet';
import { emptyDataFrame } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import { SupersededError } from '#lake/ground/lake-errors';
import { currentFiles } from '#lake/log/current-files';
import { currentState } from '#lake/log/current-state';
import { LakeTable } from '#lake/table/lake-table';
import { HaltError } from '#nats/ground/halt-error';
import { whyOf } from '#stages/rows/refuse-rows';
import { examplePipeline } from '#stages/topology/example-pipeline';
import { topologyOf } from '#stages/topology/topology';
import { MemoryStore } from '#store/memory-store';
import { Metrics } from '#telemetry/metrics';
import type { RuntimeContext } from '../cluster/context.js';
import { type RefusedRow, TableRefusals } from './table-refusals.js';

fc.configureGlobal({ seed: 1 });

const pipeline = examplePipeline();
const context = {
  topology: topologyOf({ pipeline, enriched: {} }),
  metrics: new Metrics('test', () => []),
  now: () => 0,
} as unknown as RuntimeContext;
const table = pipeline.lake.tables['sales']!;
const columns: readonly ColumnSpec[] = [{ name: 'n', type: { kind: 'int64' }, nullable: true }];
const txns = ['afl_shop_enriched_orders_0@a~f', 'afl_shop_enriched_orders_1@b~f'];

const opening = (store: MemoryStore): Promise<LakeTable> =>
  LakeTable.open({ store, name: table.name, columns, partitionBy: [], engineInfo: 'test' });

/** A writer of the table, as it finds it. */
class Writer {
  private constructor(
    private readonly lake: LakeTable,
    private readonly refusals: TableRefusals,
  ) {}

  static async open(store: MemoryStore, has = columns): Promise<Writer> {
    const lake = await opening(store);
    return new Writer(
      lake,
      await TableRefusals.open(context, store, {
        table,
        columns: has,
        lake,
        txns,
        configuration: {},
        engineInfo: 'test',
      }),
    );
  }

  put(rows: readonly RefusedRow[], through: readonly { seq: number }[]): Promise<void> {
    return this.refusals.put(rows, through);
  }

  async commit(through: readonly { seq: number }[]): Promise<string> {
    const steps = txns.flatMap((appId, input) => {
      const previous = this.lake.txns.get(appId) ?? -1;
      return through[input]!.seq > previous ? [{ appId, previous, version: through[input]!.seq }] : [];
    });
    return (
      await this.lake.append({
        df: emptyDataFrame(columns),
        txns: steps,
        expects: this.refusals.expects,
        nowMs: 0,
        commitId: randomUUID(),
      })
    ).kind;
  }
}

const opened = Writer.open;
const rowAt = (input: number, seq: number): RefusedRow => ({
  input,
  seq,
  refused: {
    event: {
      bytes: Buffer.from('{}'),
      start: 0,
      end: 2,
      subject: '',
      msgId: undefined,
      seq: input * 1000 + seq,
      index: 0,
      arrivedUs: 0,
    },
    why: whyOf('table sales', 'type_changed', 'no'),
  },
});
const positions = (...seqs: number[]): { seq: number }[] => seqs.map((seq) => ({ seq }));

/** `_seq` of all rows of quarantine. */
async function quarantined(store: MemoryStore): Promise<number[]> {
  const files = await currentFiles(store, 'quarantine_orders');
  const rows = await Promise.all(
    files.map(async ({ key }) => runSql('SELECT _seq FROM t', { t: readParquet((await store.get(key))!) }).toRecords()),
  );
  return rows
    .flat()
    .map(({ _seq }) => Number(_seq))
    .sort((a, b) => a - b);
}

test('no row is lost or twice there, wherever the process dies', async () => {
  const death = fc.record({
    through: fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })),
    isBetween: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 20 })),
      fc.array(fc.integer({ min: 1, max: 20 })),
      fc.array(death, { maxLength: 12 }),
      async (one, other, deaths) => {
        const store = new MemoryStore();
        const all = [...new Set(one)]
          .map((seq) => rowAt(0, seq))
          .concat([...new Set(other)].map((seq) => rowAt(1, seq)))
          .sort((a, b) => a.seq - b.seq);
        let committed = [0, 0];
        let writer = await opened(store);
        // The last one takes what is left.
        for (const {
          through: [more0, more1],
          isBetween,
        } of [...deaths, { through: [20, 20], isBetween: false }]) {
          const next = [Math.min(20, committed[0]! + more0!), Math.min(20, committed[1]! + more1!)];
          await writer.put(
            all.filter(({ input, seq }) => seq > committed[input]! && seq <= next[input]!),
            positions(...next),
          );
          if (isBetween) writer = await opened(store);
          else {
            expect(await writer.commit(positions(...next))).toBe('committed');
            committed = next;
          }
        }
        expect(await quarantined(store)).toEqual(all.map(({ input, seq }) => input * 1000 + seq).sort((a, b) => a - b));
      },
    ),
    { numRuns: 60 },
  );
});

test('nothing is made where no row is refused', async () => {
  const store = new MemoryStore();
  const writer = await opened(store);
  await writer.put([], positions(5, 5));
  expect(await currentState(store, 'quarantine_orders')).toBeUndefined();
  expect(await writer.commit(positions(5, 5))).toBe('committed');
});

test('of two processes with the same frames, one puts the rows there', async () => {
  const store = new MemoryStore();
  const [one, other] = [await opened(store), await opened(store)];
  await one.put([rowAt(0, 3)], positions(5, 5));
  await expect(other.put([rowAt(0, 3)], positions(4, 4))).rejects.toThrow(SupersededError);
  expect(await quarantined(store)).toEqual([3]);
});

const others: readonly ColumnSpec[] = [...columns, { name: 'm', type: { kind: 'string' }, nullable: true }];

test('a version with other columns does not decide anew about rows that were decided, and says what to do', async () => {
  const store = new MemoryStore();
  const first = await opened(store);
  expect(await first.commit(positions(2, 2))).toBe('committed');
  await first.put([rowAt(0, 3)], positions(5, 5));
  await expect(opened(store, others)).rejects.toThrow(HaltError);
  await expect(opened(store, others)).rejects.toThrow(
    /stopped between the commit of the rows .* Start lake-writer once with the pipeline as it was/,
  );
  const again = await opened(store);
  await again.put([rowAt(0, 3)], positions(5, 5));
  expect(await again.commit(positions(5, 5))).toBe('committed');
  const next = await opened(store, others);
  await next.put([rowAt(0, 7)], positions(8, 8));
  expect(await quarantined(store)).toEqual([3, 7]);
});

test('a process that wakes behind a version with other columns refuses no row that this one has taken', async () => {
  const store = new MemoryStore();
  const [asleep, next] = [await opened(store), await opened(store, others)];
  expect(await next.commit(positions(5, 5))).toBe('committed');
  await expect(asleep.put([rowAt(0, 3)], positions(5, 5))).rejects.toThrow(SupersededError);
  expect(await currentState(store, 'quarantine_orders')).toBeUndefined();
});

test('a version with other columns takes no row that a process before it has refused', async () => {
  const store = new MemoryStore();
  const [one, other] = [await opened(store), await opened(store, others)];
  await one.put([rowAt(0, 3)], positions(5, 5));
  expect(await other.commit(positions(5, 5))).toBe('superseded');
});
