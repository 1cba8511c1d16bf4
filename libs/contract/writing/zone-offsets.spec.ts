/** Local times of zones as instants: against DuckDB's time zones, Node's own, and Temporal's rules. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { zoneOffsets } from './zone-offsets.js';

fc.configureGlobal({ seed: 1 });

const zones = [
  'America/Sao_Paulo',
  'Europe/Lisbon',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/New_York',
  'Africa/Casablanca',
  'Pacific/Apia',
  'UTC',
];

/** The instant of a local time, seconds. */
function instant(zone: string, local: string): number {
  const seconds = Date.parse(`${local}Z`) / 1000;
  return seconds - offsetAt(zone)(seconds, Number(local.slice(0, 4)));
}

function offsetAt(zone: string): NonNullable<ReturnType<typeof zoneOffsets>> {
  const found = zoneOffsets(zone);
  if (found === undefined) throw new Error(`no zone ${zone}`);
  return found;
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

describe('a local time', () => {
  test.each([
    // Until 2019 Brazil had daylight saving: at midnight the clock went from 24:00 to 1:00, and back from 24:00 to 23:00.
    ['America/Sao_Paulo', '2018-11-03T23:59:59', '2018-11-04T02:59:59'],
    ['America/Sao_Paulo', '2018-11-04T01:00:00', '2018-11-04T03:00:00'],
    ['America/Sao_Paulo', '2025-01-15T12:00:00', '2025-01-15T15:00:00'],
    ['America/Sao_Paulo', '2019-01-15T12:00:00', '2019-01-15T14:00:00'],
    ['Asia/Kolkata', '2025-06-01T05:30:00', '2025-06-01T00:00:00'],
    ['Australia/Lord_Howe', '2025-01-01T11:00:00', '2025-01-01T00:00:00'],
    ['Australia/Lord_Howe', '2025-07-01T10:30:00', '2025-07-01T00:00:00'],
  ])('%s %s is %s in UTC', (zone, local, expected) => {
    expect(iso(instant(zone, local))).toBe(expected);
  });

  test.each([
    ['America/Sao_Paulo', '2019-02-16T23:30:00', '2019-02-17T01:30:00'],
    ['Europe/Lisbon', '2025-10-26T01:30:00', '2025-10-26T00:30:00'],
    ['Australia/Lord_Howe', '2025-04-06T01:45:00', '2025-04-05T14:45:00'],
  ])('that comes twice, %s %s, is the earlier instant', (zone, local, expected) => {
    expect(iso(instant(zone, local))).toBe(expected);
  });

  test.each([
    ['America/Sao_Paulo', '2018-11-04T00:30:00', '2018-11-04T03:30:00'],
    ['Europe/Lisbon', '2025-03-30T01:30:00', '2025-03-30T01:30:00'],
    ['Australia/Lord_Howe', '2025-10-05T02:15:00', '2025-10-04T15:45:00'],
    // Samoa left out a whole day.
    ['Pacific/Apia', '2011-12-30T12:00:00', '2011-12-30T22:00:00'],
  ])('that is left out, %s %s, is moved forward by the gap', (zone, local, expected) => {
    expect(iso(instant(zone, local))).toBe(expected);
  });
});

test('a zone that nobody knows is none', () => {
  expect(zoneOffsets('America/Sao_Paolo')).toBeUndefined();
  expect(zoneOffsets('')).toBeUndefined();
  expect(zoneOffsets('x\n')).toBeUndefined();
});

test('Temporal gives the same instants, from year 1 to 9999, and around all changes', () => {
  for (const zone of zones) {
    const read = offsetAt(zone);
    const check = (local: Temporal.PlainDateTime): void => {
      const seconds = local.toZonedDateTime('UTC').epochMilliseconds / 1000;
      const expected = local.toZonedDateTime(zone).epochMilliseconds / 1000;
      expect([zone, String(local), seconds - read(seconds, local.year)]).toEqual([zone, String(local), expected]);
    };
    fc.assert(fc.property(localTime(1, 9999), check), { numRuns: 150 });
    fc.assert(fc.property(aroundChange(zone), check), { numRuns: 150 });
  }
});

test('DuckDB and Node show the instants as the local times they came from', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const zone of zones) {
    const read = offsetAt(zone);
    const instants = fc.sample(fc.integer({ min: Date.UTC(1905, 0) / 1000, max: Date.UTC(2036, 0) / 1000 }), 1500);
    const shown = await connection.runAndReadAll(
      `SELECT epoch(timezone('${zone}', to_timestamp(s)))::DOUBLE FROM (VALUES ${instants.map((s) => `(${s})`).join()}) AS t(s)`,
    );
    const locals = shown.getRows().map(([local]) => Number(local));
    const clock = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    for (const [at, local] of locals.entries()) {
      const found = local - read(local, new Date(local * 1000).getUTCFullYear());
      // An hour that comes twice is the earlier one.
      if (found !== instants[at]) expect(found).toBeLessThan(instants[at]!);
      expect(clock.format(found * 1000).replace(' ', 'T')).toBe(iso(local));
    }
  }
  connection.closeSync();
  instance.closeSync();
});

function localTime(from: number, to: number): fc.Arbitrary<Temporal.PlainDateTime> {
  const min = new Date(0).setUTCFullYear(from, 0, 3) / 1000;
  const max = Date.UTC(to, 11, 29) / 1000;
  return fc.integer({ min, max }).map((seconds) => plain(seconds));
}

/** Within three hours of a change of the zone, or any time when it has none. */
function aroundChange(zone: string): fc.Arbitrary<Temporal.PlainDateTime> {
  return fc.tuple(localTime(1890, 2037), fc.integer({ min: -10_800, max: 10_800 })).map(([near, seconds]) => {
    const change = near.toZonedDateTime(zone).getTimeZoneTransition('next');
    return (change?.toPlainDateTime() ?? near).add({ seconds });
  });
}

function plain(seconds: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
}

test('each year is looked up once, and no more than a thousand of them, however far apart the years of events are', () => {
  const read = offsetAt('America/New_York');
  const lookUps = jest.spyOn(Temporal.Instant, 'fromEpochMilliseconds');
  const readAll = (): void => {
    for (let year = 1; year <= 9999; year++) read((year - 1970) * 31_556_952, year);
  };
  readAll();
  expect(lookUps.mock.calls.length).toBeLessThanOrEqual(1_001);
  lookUps.mockClear();
  readAll();
  expect(lookUps).not.toHaveBeenCalled();
  lookUps.mockRestore();
});
