/** How long a checkpoint names removed files: other engines delete what no log names any more. */
import { expect, test } from '@jest/globals';
import type { Action } from './actions.js';
import { reconcile } from './checkpoint.js';

const hour = 3_600_000;
const nowMs = 100 * 24 * hour;

function kept(retention: string | undefined, ...agesHours: number[]): number[] {
  const configuration: Record<string, string> =
    retention === undefined ? {} : { 'delta.deletedFileRetentionDuration': retention };
  const metaData = {
    id: 'i',
    format: { provider: 'parquet', options: {} },
    schemaString: '{}',
    partitionColumns: [],
    configuration,
  };
  const removes = agesHours.map((age) => ({
    remove: { path: String(age), dataChange: true, deletionTimestamp: nowMs - age * hour },
  }));
  const actions: Action[] = [{ metaData }, ...removes];
  return reconcile([], [{ version: 0, actions }], nowMs).standing.flatMap((one) =>
    'remove' in one ? [Number(one.remove.path)] : [],
  );
}

test('a week, unless the table says otherwise', () => {
  expect(kept(undefined, 1, 167, 169)).toEqual([1, 167]);
  expect(kept('interval 1 hours', 0, 2, 167)).toEqual([0]);
  expect(kept('interval 30 days', 1, 169, 721)).toEqual([1, 169]);
  expect(kept('whenever', 1, 169)).toEqual([1]);
});
