/** Rows that are set apart: they are in quarantine, untouched, and the step sees the others, what passes through, and time. */
import { describe, expect, test } from '@jest/globals';
import { rowCount, writeDataFrame } from '#columns/polars/data-frames';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { runSql } from '#columns/polars/sql';
import { section } from '#frame/sections';
import { enrich } from '../kinds/enrich.js';
import { reduce } from '../kinds/reduce.js';
import { validate } from '../kinds/validate.js';
import { window } from '../kinds/window.js';
import { okRows } from '../rows/ok-rows.js';
import { whyOf } from '../rows/refuse-rows.js';
import { rejectedColumns } from '../rows/rejected-columns.js';
import { sectionsFor, tableRows } from '../tables/table-rows.js';
import {
  eventText,
  inputFrame,
  rawFrame,
  refuseAll,
  refusedIn,
  rowsIn,
  validFrame,
  wide,
} from '../topology/example-frames.js';
import { onlyRows, setApart, type Whys, workRows } from './refuse-frame.js';

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const arrivals = Array.from({ length: 20 }, (_, i) => ({
  payload: i === 4 ? 'bad' : eventText(`e${i}`, atMs, { price: '1.50' }),
  atMs,
  seq: 100 + i,
}));
const raw = rawFrame(1, arrivals);
const valid = validFrame(2, arrivals, { watermarkMs: 7, idle: true });
const validating = { stage: validate, origin: 'orders' };
const windowing = { stage: window, origin: 'by_user' };
const quarantine = {
  name: 'q',
  from: 'rejected.orders',
  stage: 'rejected',
  origin: 'orders',
  partitionBy: [],
  timeColumn: '_arrived_at',
} as const;

describe('the rows of a refused frame', () => {
  test('are the payloads untouched, where validate fails', () => {
    expect(workRows(validating, raw)).toBe(20);
    const refused = refusedIn(refuseAll(validating, [raw], 'boom'), 'rejected');
    expect(refused.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 100 + i));
    expect(refused[4]).toMatchObject({ payload: 'bad', reason: 'step_failed', pointer: '', message: 'validate: boom' });
  });

  test('are spread over frames of their size, and go on where an attempt was cut off', () => {
    const narrow = { ...wide, frameBytesMax: 3_000 };
    const output = refuseAll(validating, [raw], 'x'.repeat(1000), narrow);
    expect(output.length).toBeGreaterThan(2);
    expect(output.at(-1)!.rowsDone).toBe(20);
    expect(
      refusedIn(refuseAll(validating, [raw], 'm', { ...narrow, rowsDone: 17 }), 'rejected').map(({ seq }) => seq),
    ).toEqual([117, 118, 119]);
    expect(refuseAll(windowing, [valid], 'm', { ...wide, rowsDone: 19 })).toEqual([]);
  });

  test.each([enrich, reduce, window])(
    'are the accepted events as JSON, where $kind fails, and a table reads them',
    (stage) => {
      const task = { stage, origin: 'by_user' };
      expect(workRows(task, valid)).toBe(19);
      const output = refuseAll(task, [valid], 'boom');
      const rows = tableRows(
        output.flatMap(({ sections }) => sectionsFor('rejected', sections)),
        rejectedColumns,
        quarantine,
      ).rows;
      expect(rowCount(rows)).toBe(19);
      const [first] = rowsNdjson(
        runSql('SELECT CAST(payload AS VARCHAR) AS payload, reason, message, _seq, _index, _arrived_at FROM rows', {
          rows,
        }),
      ).map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(first).toMatchObject({
        reason: 'step_failed',
        message: `${stage === enrich ? 'enrich' : 'window by_user'}: boom`,
        _seq: 100,
        _index: 0,
        _arrived_at: '2026-01-02T03:04:05.678000Z',
      });
      expect(JSON.parse(String(first!['payload']))).toMatchObject({ id: 'e0', price: '1.50' });
    },
  );

  test('of a window and of other stages are one table', () => {
    const sections = [...refuseAll(windowing, [valid], 'a'), ...refuseAll(validating, [raw], 'b')].flatMap(
      (piece) => piece.sections,
    );
    expect(rowCount(tableRows(sections, rejectedColumns, quarantine).rows)).toBe(39);
  });

  test('are kept although the SQL left out where they came from', () => {
    const rows = runSql('SELECT id, price FROM events', { events: okRows([valid])! });
    const frame = inputFrame(3, [section('ok', 'arrow', writeDataFrame(rows, 'lz4'), 19)]);
    expect(
      refusedIn(refuseAll({ stage: reduce, origin: 'w' }, [frame], 'boom'), 'rejected').map(({ seq }) => seq),
    ).toEqual(new Array(19).fill(0));
  });
});

describe('some rows of some frames', () => {
  const why = whyOf('x', 'step_failed', 'm');
  const other = inputFrame(9, valid.sections);
  const whys: Whys = Array.from({ length: 19 }, (_, i) => (i % 3 === 1 ? why : undefined));
  const given = {
    state: undefined,
    output: [{ sections: [], rowsDone: 4 }],
    rowsAll: 4,
    watermarkMs: 3,
    idle: false,
    quarantined: { late: 2, step_failed: 1 },
  };

  test('are set apart, and come before what the step gives for the others', () => {
    const { rest, join } = setApart(windowing, { frames: [valid, other], state: undefined, limits: wide }, [
      undefined,
      whys,
    ]);
    expect(rowsIn([rest.frames[0]!], 'ok')).toHaveLength(19);
    expect(rowsIn([rest.frames[1]!], 'ok').map(({ id }) => id)).toEqual(
      rowsIn([other], 'ok')
        .filter((_, i) => i % 3 !== 1)
        .map(({ id }) => id),
    );
    const { output, rowsAll, quarantined } = join(given);
    expect([output.map(({ rowsDone }) => rowsDone), rowsAll, quarantined]).toEqual([
      [6, 10],
      10,
      { late: 2, step_failed: 7 },
    ]);
  });

  test('are untouched in a raw frame, with all that ingest has written beside them', () => {
    const kept = onlyRows(validating, raw, (row) => row === 4 || row > 17);
    expect(kept.sections.map(({ rows }) => rows)).toEqual([3]);
    const [some, all] = [kept, raw].map((frame) => refusedIn(refuseAll(validating, [frame], 'm'), 'rejected'));
    expect(some).toEqual([4, 18, 19].map((row) => all![row]));
  });
});

describe('what is left of a refused frame', () => {
  test('is what it says about time, and what only passes through', () => {
    const left = onlyRows({ stage: enrich, origin: 'orders' }, valid, () => false);
    expect(rowsIn([left], 'ok')).toEqual([]);
    expect(refusedIn([left], 'rejected').map(({ payload }) => payload)).toEqual(['bad']);
    expect(left).toMatchObject({ seq: 2, head: { watermarkMs: 7, idle: true } });
    expect(rowsIn([onlyRows(windowing, valid, () => false)], 'ok')).toEqual([]);
    expect(onlyRows(validating, raw, () => false).sections).toEqual([]);
  });
});
