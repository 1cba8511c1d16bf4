/** Deaths count at one place only, and coincidences make a task suspect, never more. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  accused,
  type DeathRecord,
  deathsInSpiteMax,
  isHopeless,
  isSuspect,
  isWatched,
  parseDeathRecord,
  recordAtStart,
  type Since,
} from './death-record.js';

fc.configureGlobal({ seed: 1 });

/** What is on record after these starts; an owner that `works` says that it begins to. */
const starts = (...all: ReadonlyArray<readonly [at: string, since: Since, works?: 'works']>): DeathRecord | undefined =>
  all.reduce<DeathRecord | undefined>((known, [at, since, works]) => {
    const record = recordAtStart(known, at, since) ?? known;
    return record && works ? { ...record, begun: true } : record;
  }, undefined);

describe('a task', () => {
  test('is not suspect when one owner has died', () => {
    expect(isSuspect(starts(['7', 'death']))).toBe(false);
  });

  test('is suspect when two owners in a row have died at work where it stands', () => {
    expect(starts(['7', 'death', 'works'], ['7', 'death'])).toEqual({
      at: '7',
      deaths: 2,
      begun: false,
      tried: false,
      inSpite: 0,
    });
    expect(isSuspect(starts(['7', 'death', 'works'], ['7', 'death']))).toBe(true);
  });

  test('is watched after one death, and not suspect however many owners end before they begin to work', () => {
    const deaths = Array.from({ length: 20 }, () => ['7', 'death'] as const);
    expect(isWatched(starts(...deaths))).toBe(true);
    expect(isSuspect(starts(...deaths))).toBe(false);
    expect(isSuspect(starts(...deaths, ['7', 'death', 'works'], ['7', 'death']))).toBe(true);
  });

  test('is suspect after two deaths of which nobody said whether they came at work, as by an earlier version', () => {
    const known: DeathRecord = { at: '7', deaths: 1, tried: false, inSpite: 0 };
    expect(isSuspect(recordAtStart(known, '7', 'death'))).toBe(true);
  });

  test('is not suspect when it has moved on in between, however often its owners die', () => {
    expect(isSuspect(starts(...Array.from({ length: 20 }, (_, i) => [String(i), 'death'] as const)))).toBe(false);
  });

  test('stays suspect over an orderly end and a start of its own at the same place', () => {
    expect(
      isSuspect(starts(['7', 'death', 'works'], ['7', 'order', 'works'], ['7', 'again', 'works'], ['7', 'death'])),
    ).toBe(true);
  });

  test('that was accused by a watchdog is suspect wherever it stands', () => {
    expect(isSuspect(recordAtStart(accused(undefined), '9', 'death'))).toBe(true);
    expect(isSuspect(recordAtStart(accused({ at: '7', deaths: 1, tried: false, inSpite: 0 }), '9', 'death'))).toBe(
      true,
    );
  });

  test('is hopeless only when owners die again and again over input that was rehearsed, and no longer after an orderly end', () => {
    const tried: DeathRecord = { at: '7', deaths: 2, tried: true, inSpite: deathsInSpiteMax - 1 };
    expect(isHopeless(recordAtStart(tried, '7', 'again'))).toBe(false);
    expect(isHopeless(recordAtStart({ ...tried, tried: false }, '7', 'death'))).toBe(false);
    expect(isHopeless(recordAtStart(tried, '8', 'death'))).toBe(false);
    expect(isHopeless(recordAtStart(tried, '7', 'death'))).toBe(true);
    expect(isHopeless(recordAtStart(recordAtStart(tried, '7', 'death'), '7', 'order'))).toBe(false);
  });
});

test('messages that are taken whole stay noted, whatever happens', () => {
  const since = fc.constantFrom<Since>('death', 'order', 'again');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('7', '8'), since), { minLength: 1 }), (more) => {
      const known: DeathRecord = { at: '7', deaths: 2, tried: true, inSpite: 0, whole: ['c:9'] };
      const end = more.reduce<DeathRecord | undefined>(
        (record, [at, how]) => recordAtStart(record && (at === '8' ? accused(record) : record), at, how),
        known,
      );
      expect(end?.whole).toEqual(['c:9']);
    }),
  );
});

test('a record is read as it was written, and a lease is no record', () => {
  const record: DeathRecord = { at: 'a:7', deaths: 2, tried: true, inSpite: 1, whole: ['a:8'] };
  expect(parseDeathRecord(JSON.stringify(record))).toEqual(record);
  expect(parseDeathRecord('0c0f8a3e-0000-4000-8000-000000000000')).toBeUndefined();
  expect(parseDeathRecord('')).toBeUndefined();
});
