/** A window leaves out events that its table could not hold as a key, says so in its own log, and goes on where it was cut off. */
import { expect, test } from '@jest/globals';
import { readDataFrame, rowCount, writeDataFrame } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import { section } from '#frame/sections';
import type { StepLimits } from '#frame/step';
import type { WindowSpec } from '#windows/spec/window-spec';
import { reduce } from '../kinds/reduce.js';
import { window } from '../kinds/window.js';
import { neverEmpty } from '../rows/storable.js';
import { reduceStep, windowStep } from '../steps/window-steps.js';
import { eventText, inputFrame, refusedIn, rowsIn, validFrame, wide } from '../topology/example-frames.js';
import { refuseUnstorable } from './refuse-unstorable.js';

const atMs = Date.UTC(2026, 0, 1);
const spec: WindowSpec = {
  name: 'by_user',
  sizeMs: 60_000,
  latenessMs: 0,
  key: ['user'],
  measures: { n: { fn: 'count' } },
  eventTime: 'at',
};
const demands = neverEmpty(
  [
    { name: 'user', type: { kind: 'string' }, nullable: false },
    { name: 'window_start', type: { kind: 'timestamp' }, nullable: false },
  ],
  [{ name: 'gold_by_user', partitionBy: ['year', 'user'] }],
);
const origin = 'by_user';

/** Events of users `u0`, `u1` …; each third one has none. */
const frame = (() => {
  const arrivals = Array.from({ length: 12 }, (_, i) => ({
    payload: eventText(`e${i}`, atMs, { user: `u${i}` }),
    atMs,
    seq: i + 1,
  }));
  const rows = runSql(`SELECT * REPLACE (CASE WHEN _seq % 3 = 0 THEN '' ELSE "user" END AS "user") FROM t`, {
    t: readDataFrame(validFrame(1, arrivals).sections[0]!.data),
  });
  return inputFrame(1, [section('ok', 'arrow', writeDataFrame(rows, 'lz4'), rowCount(rows))], {
    watermarkMs: atMs + 1e6,
    idle: true,
  });
})();

const why = {
  reason: 'missing_field',
  pointer: '/user',
  message:
    'window by_user: column "user" is empty, and table gold_by_user, which is partitioned by it, requires a value',
};
test('as lines beside the results, where one task computes the window', () => {
  const step = refuseUnstorable({ stage: window, origin }, windowStep(spec), demands);
  const run = (limits: StepLimits) => step({ frames: [frame], state: undefined, limits });
  const { output, rowsAll, quarantined } = run(wide);
  expect(rowsIn(output, 'rejected')).toEqual([3, 6, 9, 12].map((_seq) => expect.objectContaining({ ...why, _seq })));
  expect(rowsIn(output, 'results').map(({ user }) => user)).toEqual(['u0', 'u1', 'u10', 'u3', 'u4', 'u6', 'u7', 'u9']);
  expect([rowsAll, output.at(-1)!.rowsDone, quarantined]).toEqual([12, 12, { missing_field: 4 }]);
  for (const rowsDone of [1, 3, 4, 7]) {
    const rest = run({ ...wide, rowsDone });
    expect(rowsIn(rest.output, 'rejected')).toHaveLength(Math.max(0, 4 - rowsDone));
    expect(rowsIn(rest.output, 'results')).toHaveLength(Math.min(8, 12 - rowsDone));
    expect([rest.rowsAll, rest.output.at(-1)!.rowsDone]).toEqual([12, 12]);
  }
});

test('beside the partials, where several do', () => {
  const { output } = refuseUnstorable(
    { stage: reduce, origin },
    reduceStep(spec),
    demands,
  )({ frames: [frame], state: undefined, limits: wide });
  expect(refusedIn(output, 'rejected')).toEqual([3, 6, 9, 12].map((seq) => expect.objectContaining({ ...why, seq })));
  expect(
    output
      .flatMap(({ sections }) => sections)
      .filter(({ name }) => name === 'partials')
      .reduce((sum, { rows }) => sum + rows, 0),
  ).toBe(8);
});

test('and takes nullable keys as they are: Delta reads an empty one as null', () => {
  expect(
    neverEmpty(
      [{ name: 'user', type: { kind: 'string' }, nullable: true }],
      [{ name: 'gold_by_user', partitionBy: ['user'] }],
    ),
  ).toEqual([]);
});
