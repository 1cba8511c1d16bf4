/** What lint tells of tables: their columns, and which of them a lake that is there already could not take. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LakeTable } from '#lake/table/lake-table';
import { LocalStore } from '#store/local-store';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { runCli } from './support/cli.js';

const pipeline = 'test/pipelines/orders';
let work: TempDir;
beforeAll(() => {
  work = makeTempDir('lint');
});
afterAll(() => work.remove());

test('the columns of each table are told with their types', async () => {
  const { code, stdout } = await runCli(['lint', pipeline, '--tables']);
  expect(code).toBe(0);
  const [silver = ''] = /^silver_orders: rows[\s\S]*?\n\n/m.exec(stdout)!;
  expect(silver).toMatch(/^silver_orders: rows of enriched.orders, partitioned by state\n/);
  expect(silver).toMatch(/^placed_at +timestamp$/m);
  expect(silver).toMatch(/^total +decimal\(14,2\)$/m);
  expect(silver).toMatch(/^_seq +long$/m);
});

test('a lake that is not there yet goes on with every pipeline', async () => {
  const lake = `file:${join(work.path, 'new')}`;
  const { code, stdout } = await runCli(['lint', pipeline, '--lake', lake]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/the tables of .* go on with it\n$/)]);
});

test('a table of a lake that would halt is named with the column', async () => {
  const folder = join(work.path, 'lake');
  const table = await LakeTable.open({
    store: new LocalStore(folder),
    name: 'silver_orders',
    columns: [
      { name: 'state', type: { kind: 'string' }, nullable: true },
      { name: 'total', type: { kind: 'string' }, nullable: true },
    ],
    partitionBy: ['state'],
    engineInfo: 'test',
  });
  await table.close();
  const { code, stderr } = await runCli(['lint', pipeline, '--lake', `file:${folder}`]);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^table silver_orders would halt: column "total" is string in the table but would be written as decimal\(14,2\)/,
    ),
  ]);
});
