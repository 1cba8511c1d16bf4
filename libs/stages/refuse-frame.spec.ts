/** A frame that is refused: its rows are in quarantine, whole, and what passes through or speaks of time stays. */
import { describe, expect, test } from '@jest/globals';
import { rowCount } from '#columns/frames';
import { runSql } from '#columns/sql';
import { rowsNdjson } from '#columns/rows-ndjson';
import { writeFrame } from '#columns/frames';
import { section } from '#frame/sections';
import type { InputFrame } from '#frame/step';
import { eventText, exampleContract, inputFrame, rawFrame, refusedIn, rowsIn, wide } from './example-frames.js';
import { okRows } from './ok-rows.js';
import { refusedPieces, rowsToRefuse, withoutRows } from './refuse-frame.js';
import { rejectedColumns } from './rejected-columns.js';
import { sectionsFor, tableRows } from './table-rows.js';
import { validateStep } from './validate-step.js';

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const raw = rawFrame(1, Array.from({ length: 20 }, (_, i) => ({ payload: i === 4 ? 'bad' : eventText(`e${i}`, atMs, { price: '1.50' }), atMs, seq: 100 + i })));
const valid: InputFrame = inputFrame(2, validateStep({ contract: exampleContract, outOfOrdernessMs: 0, latenessMs: null, horizonMs: 0 })({ frames: [raw], state: undefined, limits: wide }).output[0]!.sections, { watermarkMs: 7, idle: true });
const validate = { kind: 'validate', of: 'orders' } as const;
const window = { kind: 'window', of: 'by_user' } as const;
const quarantine = { name: 'q', from: 'rejected.orders', stage: 'rejected', of: 'orders', partitionBy: [], timeColumn: '_arrived_at' } as const;

describe('the rows of a refused frame', () => {
  test('are the payloads untouched, where validate fails', () => {
    expect(rowsToRefuse(validate, [raw])).toBe(20);
    const refused = refusedIn(refusedPieces(validate, [raw], 'boom', wide), 'rejected');
    expect(refused.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 100 + i));
    expect(refused[4]).toMatchObject({ payload: 'bad', reason: 'step_failed', pointer: '', message: 'validate: boom' });
  });

  test('are spread over frames of their size, and go on where an attempt was cut off', () => {
    const narrow = { ...wide, frameBytesMax: 3_000 };
    const pieces = refusedPieces(validate, [raw], 'x'.repeat(1000), narrow);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.reduce((sum, { rows }) => sum + rows, 0)).toBe(20);
    expect(refusedIn(refusedPieces(validate, [raw], 'm', { ...narrow, rowsDone: 17 }), 'rejected').map(({ seq }) => seq)).toEqual([117, 118, 119]);
    expect(refusedPieces(window, [valid], 'm', { ...wide, rowsDone: 19 })).toEqual([]);
  });

  test.each(['enrich', 'reduce', 'window'] as const)('are the accepted events as JSON, where %s fails, and a table reads them', (kind) => {
    const task = { kind, of: 'by_user' };
    expect(rowsToRefuse(task, [valid])).toBe(19);
    const pieces = refusedPieces(task, [valid], 'boom', wide);
    const rows = tableRows(pieces.flatMap(({ sections }) => sectionsFor('rejected', sections)), rejectedColumns, quarantine);
    expect(rowCount(rows)).toBe(19);
    const [first] = rowsNdjson(runSql('SELECT CAST(payload AS VARCHAR) AS payload, reason, message, _seq, _index, _arrived_at FROM rows', { rows })).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ reason: 'step_failed', message: `${kind === 'enrich' ? 'enrich' : 'window by_user'}: boom`, _seq: 100, _index: 0, _arrived_at: '2026-01-02T03:04:05.678000Z' });
    expect(JSON.parse(String(first!['payload']))).toMatchObject({ id: 'e0', price: '1.50' });
  });

  test('of a window and of other stages are one table', () => {
    const sections = [...refusedPieces(window, [valid], 'a', wide), ...refusedPieces(validate, [raw], 'b', wide)].flatMap((piece) => piece.sections);
    expect(rowCount(tableRows(sections, rejectedColumns, quarantine))).toBe(39);
  });

  test('are kept although the SQL left out where they came from', () => {
    const rows = runSql('SELECT id, price FROM events', { events: okRows([valid])! });
    const frame = inputFrame(3, [section('ok', 'arrow', writeFrame(rows, 'lz4'), 19)]);
    expect(refusedIn(refusedPieces({ kind: 'reduce', of: 'w' }, [frame], 'boom', wide), 'rejected').map(({ seq }) => seq)).toEqual(new Array(19).fill(0));
  });
});

describe('what is left of a refused frame', () => {
  test('is what it says about time, and what only passes through', () => {
    const [left] = withoutRows({ kind: 'enrich', of: 'orders' }, [valid]);
    expect(rowsIn([left!], 'ok')).toEqual([]);
    expect(refusedIn([left!], 'rejected').map(({ payload }) => payload)).toEqual(['bad']);
    expect(left).toMatchObject({ seq: 2, head: { watermarkMs: 7, idle: true } });
    expect(rowsIn(withoutRows(window, [valid]), 'ok')).toEqual([]);
    expect(withoutRows(validate, [raw])[0]!.sections).toEqual([]);
  });
});
