/** Subjects, units, names, windows and versions, each alone. */
import { describe, expect, test } from '@jest/globals';
import { logicVersion } from '../model/logic-version.js';
import type { Window } from '../model/model.js';
import { durationMs, sizeBytes, wholeNumber } from '../model/units.js';
import { lateness, windowKeyHolds } from '../model/window-facts.js';
import { closestName } from '../text/closest-name.js';
import { subjectFault, subjectsOverlap } from '../text/subjects.js';

describe('subjects', () => {
  test.each<[string, string, boolean]>([
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['a.*.c', 'a.b.*', true],
    ['a.*.c', 'a.b.d', false],
    ['>', 'x', true],
  ])('%s and %s overlap: %s', (a, b, overlap) => {
    expect(subjectsOverlap(a, b)).toBe(overlap);
    expect(subjectsOverlap(b, a)).toBe(overlap);
  });

  test.each(['', 'a..b', '.a', 'a.', 'a b', 'a.>.b', 'a.b*', '>', '*.a', '$SYS.a', '_INBOX.x', 'afl.x'])(
    '%j is refused',
    (subject) => {
      expect(subjectFault(subject, 'own')).toEqual(expect.any(String));
    },
  );

  test('of a filter may be everything', () => {
    expect(subjectFault('>', 'filter')).toBeUndefined();
  });
});

describe('units', () => {
  test('read durations, sizes and counts', () => {
    expect(['250ms', '5s', '2m', '1h', '1d'].map(durationMs)).toEqual([250, 5_000, 120_000, 3_600_000, 86_400_000]);
    expect([512, '512', '1_024B', '4KiB', '128 MiB', '2GiB', '1TiB'].map(sizeBytes)).toEqual([
      512,
      512,
      1024,
      4096,
      2 ** 27,
      2 ** 31,
      2 ** 40,
    ]);
    expect([7, '1_000_000'].map(wholeNumber)).toEqual([7, 1_000_000]);
  });
});

describe('the closest name', () => {
  test('forgives small slips only', () => {
    const known = ['transactions', 'interactions'];
    expect(closestName('transaction', known)).toBe('transactions');
    expect(closestName('tarnsactions', known)).toBe('transactions');
    expect(closestName('customers', known)).toBeUndefined();
  });
});

describe('windows', () => {
  const window: Window = { name: 'w', from: 'a', sizeMs: 1, latenessMs: 5, key: ['user_id'], measures: {} };

  test('hold the partition key or not', () => {
    expect(windowKeyHolds('user_id', window)).toBe(true);
    expect(windowKeyHolds('region', window)).toBe(false);
  });

  test('give a source the largest lateness, or none', () => {
    const windows = { w: window, v: { ...window, latenessMs: 9 }, x: { ...window, from: 'b', latenessMs: 99 } };
    expect(lateness({ windows }, 'a')).toBe(9);
    expect(lateness({ windows }, 'c')).toBeNull();
  });
});

describe('the logic version', () => {
  test('is the same for the same files in any order, and differs with any change', () => {
    const version = logicVersion({ a: '1', b: '2' });
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(logicVersion({ b: '2', a: '1' })).toBe(version);
    const others: Record<string, string>[] = [{ a: '1' }, { a: '12', b: '' }, { a: '1', c: '2' }, { a1: '', b: '2' }];
    expect(new Set([version, ...others.map(logicVersion)]).size).toBe(5);
  });
});
