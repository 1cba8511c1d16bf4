/** The check of the shop's lake finds every lost, extra and wrong row, and nothing in a right lake. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunOptions, Verdict } from '../example.js';
import { type MemoryLake, memoryLake } from '../memory-lake.js';
import { customers } from './customers.js';
import { example } from './example.js';
import { salesOracle } from './oracle.js';
import { products } from './products.js';

const options: RunOptions = { count: 8_000, seed: 3, startMs: Date.UTC(2026, 4, 4, 12) };
const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as object;

describe('the check of the shop', () => {
  let lake: MemoryLake;
  const check = (): Promise<Verdict> => example.check(options, lake.query);

  beforeAll(async () => {
    lake = await memoryLake();
    await fillLake(lake);
  });
  beforeEach(() => lake.run('BEGIN TRANSACTION'));
  afterAll(() => lake.close());
  const undo = () => lake.run('ROLLBACK');

  test('finds nothing wrong in a right lake, and counts what is there', async () => {
    const verdict = await check();
    expect(verdict).toMatchObject({ published: 8_000, bronze: 8_000, lost: 0, extra: 0, differences: [] });
    expect(verdict.accepted).toBe(verdict.silver);
    expect(verdict.quarantine).toBe(verdict.rejected + verdict.late);
    expect(verdict.accepted + verdict.duplicates + verdict.quarantine).toBe(8_000);
    expect(Math.min(verdict.duplicates, verdict.rejected, verdict.late, verdict.gold)).toBeGreaterThan(50);
    await undo();
  });

  test.each<[string, string, number, number]>([
    ['a lost row of bronze', 'DELETE FROM bronze_transactions WHERE rowid = 7', 1, 0],
    [
      'a bronze row that is there twice',
      'INSERT INTO bronze_interactions SELECT * FROM bronze_interactions WHERE rowid = 7',
      0,
      1,
    ],
    [
      'a wrong reason',
      `UPDATE quarantine_transactions SET reason = 'late' WHERE rowid = (SELECT min(rowid) FROM quarantine_transactions WHERE reason <> 'late')`,
      1,
      1,
    ],
    ['a lost quarantined row', 'DELETE FROM quarantine_interactions WHERE rowid = 3', 1, 0],
    [
      'a row that nobody sent',
      'INSERT INTO quarantine_interactions SELECT * REPLACE (NULL AS msg_id) FROM quarantine_interactions WHERE rowid = 3',
      0,
      1,
    ],
    ['a wrong measure', 'UPDATE gold_revenue_by_category SET revenue = revenue + 0.01 WHERE rowid = 3', 1, 1],
    ['a window that was never published', 'DELETE FROM gold_carts_by_user WHERE rowid = 3', 1, 0],
    [
      'a revision that is there twice',
      'INSERT INTO gold_carts_by_user SELECT * FROM gold_carts_by_user WHERE rowid = 3',
      0,
      1,
    ],
    ['a table that is missing', 'DROP VIEW nothing_here; DROP TABLE gold_revenue_by_category', -1, 0],
  ])('finds %s', async (_, damage, lost, extra) => {
    await lake.run('CREATE VIEW nothing_here AS SELECT 1');
    const expectedLost = lost >= 0 ? lost : await lake.count('gold_revenue_by_category');
    await lake.run(damage);
    expect(await check()).toMatchObject({ lost: expectedLost, extra });
    await undo();
  });

  test('finds a silver row that is there twice, in silver and in the window', async () => {
    await lake.run('INSERT INTO silver_interactions SELECT * FROM silver_interactions WHERE is_view = 1 LIMIT 1');
    expect(await check()).toMatchObject({ lost: 1, extra: 2 });
    await undo();
  });

  test('says in words what differs, with ids', async () => {
    await lake.run('DELETE FROM bronze_transactions WHERE rowid = 7');
    const { differences } = await check();
    expect(differences).toEqual([expect.stringMatching(/^bronze_transactions: 1 lost, e\.g\. s3-\w+-\w+$/)]);
    await undo();
  });

  test('takes the latest revision of a result', async () => {
    await lake.run(
      'INSERT INTO gold_revenue_by_category SELECT * REPLACE (revenue + 1 AS revenue, 0 AS revision) FROM gold_revenue_by_category',
    );
    expect(await check()).toMatchObject({ lost: 0, extra: 0 });
    await undo();
  });

  test('leaves the rows of other runs alone', async () => {
    await lake.run(`INSERT INTO bronze_transactions VALUES ('other', 1, 1)`);
    expect(await check()).toMatchObject({ bronze: 8_000, extra: 0 });
    await undo();
  });
});

/** The tables that a right pipeline would write, by the oracle and DuckDB. */
async function fillLake(lake: MemoryLake): Promise<void> {
  const oracle = salesOracle({
    partitions: 4,
    latenessMs: 300_000,
    outOfOrdernessMs: 5_000,
    windowMs: 60_000,
    contracts: {
      transactions: json('./contracts/transaction.schema.json'),
      interactions: json('./contracts/interaction.schema.json'),
    },
  });
  const rows: Record<string, unknown>[] = [];
  let seq = 0;
  for await (const batch of example.events(options)) {
    for (const message of batch) {
      const outcome = oracle.judge(message);
      const reason = message.expect.table === 'quarantine' ? message.expect.reasons[0] : undefined;
      const event = outcome.table === 'silver' ? outcome.event : {};
      rows.push({
        source: message.expect.source,
        msg_id: message.msgId,
        _seq: ++seq,
        outcome: outcome.table,
        reason,
        ...event,
        ...joined(event),
      });
    }
  }
  await lake.table('all_rows', rows);
  for (const source of ['transactions', 'interactions']) {
    const from = `FROM all_rows WHERE source = '${source}'`;
    await lake.run(`CREATE TABLE bronze_${source} AS SELECT msg_id, _seq, 0 AS _index ${from}`);
    await lake.run(
      `CREATE TABLE quarantine_${source} AS SELECT msg_id, _seq, 0 AS _index, reason ${from} AND outcome = 'quarantine'`,
    );
    await lake.run(`CREATE TABLE silver_${source} AS SELECT event_id, user_id, CAST(occurred_at AS TIMESTAMPTZ) AS occurred_at, category, region,
      CAST(quantity * CAST(unit_price AS DECIMAL(12,2)) AS DECIMAL(14,2)) AS total, _seq, 0 AS _index,
      CAST(action = 'view' AS BIGINT) AS is_view, CAST(action = 'add_to_cart' AS BIGINT) AS is_add,
      CAST(action = 'remove_from_cart' AS BIGINT) AS is_remove, CAST(action = 'checkout' AS BIGINT) AS is_checkout ${from} AND outcome = 'silver'`);
  }
  const window = `date_trunc('minute', occurred_at) AS window_start, date_trunc('minute', occurred_at) + INTERVAL 1 MINUTE AS window_end`;
  await lake.run(`CREATE TABLE gold_revenue_by_category AS SELECT ${window}, category, region, sum(total) AS revenue, count(*) AS orders,
    count(DISTINCT user_id) AS buyers, max(total) AS largest, 1 AS revision FROM silver_transactions GROUP BY ALL`);
  await lake.run(`CREATE TABLE gold_carts_by_user AS SELECT ${window}, user_id, sum(is_view) AS views, sum(is_add) AS adds,
    sum(is_remove) AS removes, sum(is_checkout) AS checkouts, 1 AS revision FROM silver_interactions GROUP BY ALL`);
}

function joined({ product_id, user_id }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const category = products.find(({ productId }) => productId === product_id)?.category;
  const region = customers.find(({ customerId }) => customerId === user_id)?.region;
  return { category, region };
}
