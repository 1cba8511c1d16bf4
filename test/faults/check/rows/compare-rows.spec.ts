/** A planted loss, duplicate, stranger or wrong value is found in each table. */
import { describe, expect, test } from '@jest/globals';
import { eventOf, msgIdOf } from '../../workload/event-of.js';
import { Ledger, type Outcome } from '../../workload/ledger.js';
import type { Finding } from '../findings.js';
import {
  bronzeFindings,
  digestOf,
  quarantineFindings,
  silverFindings,
  storedTwice,
  versionFindings,
} from './compare-rows.js';
import { type ExpectedRows, expectedRows } from './expected-rows.js';
import type { BronzeRow, QuarantineRow, SilverRow } from './row-types.js';

const seed = 5;
const attempted = 400;
const indexes = Array.from({ length: attempted }, (_, index) => index);

function ledgerOf(outcome: (index: number) => Outcome = () => 'accepted'): Ledger {
  return new Ledger(
    seed,
    attempted,
    indexes.map((index) => ({
      msgId: msgIdOf(index, 0),
      index,
      outcome: outcome(index),
      ...(outcome(index) === 'accepted' && { seq: index + 1 }),
    })),
  );
}

const bronze: readonly BronzeRow[] = indexes.map((index) => ({
  seq: index + 1,
  index: 0,
  msgId: msgIdOf(index, 0),
  digest: digestOf(eventOf(seed, index).bytes),
}));
const expected = expectedRows(seed, bronze);
const silver = silverOf(expected);
const quarantine: readonly QuarantineRow[] = [...expected.quarantine].map(([place, reason]) => ({
  seq: Number(place.split('.')[0]),
  index: 0,
  reason,
}));

function silverOf({ silver: rows }: ExpectedRows): SilverRow[] {
  return [...rows].map(([place, { orderId, order, values }]) => ({
    seq: Number(place.split('.')[0]),
    index: 0,
    orderId,
    customer: order.customer,
    values,
    sizeClass: order.pieces > 5 ? 'large' : null,
  }));
}

const kinds = (findings: Iterable<Finding>): string[] => [...findings].map(({ kind }) => kind);
const without = <Row>(rows: readonly Row[], at: number): Row[] => rows.filter((_, i) => i !== at);

describe('bronze', () => {
  test('is whole when every accepted message is there once, unknown ones or not', () => {
    expect(kinds(bronzeFindings(ledgerOf(), bronze))).toEqual([]);
    const unknown = ledgerOf((index) => (index < 10 ? 'unknown' : 'accepted'));
    expect(kinds(bronzeFindings(unknown, bronze))).toEqual([]);
    expect(kinds(bronzeFindings(unknown, bronze.slice(5)))).toEqual([]);
  });

  test('shows a lost message, a row twice, a stranger, a refused message and changed bytes', () => {
    expect(kinds(bronzeFindings(ledgerOf(), without(bronze, 7)))).toEqual(['lost']);
    expect(kinds(bronzeFindings(ledgerOf(), [...bronze, bronze[7]!]))).toEqual(['duplicated']);
    expect(kinds(bronzeFindings(ledgerOf(), [...bronze, { ...bronze[7]!, msgId: 'x', seq: 999 }]))).toEqual([
      'unexpected',
    ]);
    expect(
      kinds(
        bronzeFindings(
          ledgerOf((index) => (index === 7 ? 'refused' : 'accepted')),
          bronze,
        ),
      ),
    ).toEqual(['unexpected']);
    expect(
      kinds(
        bronzeFindings(
          ledgerOf(),
          bronze.map((row) => (row.seq === 8 ? { ...row, digest: 'other' } : row)),
        ),
      ),
    ).toEqual(['unexpected']);
  });

  test('shows an acknowledged sequence that holds another message', () => {
    const moved = bronze.map((row) => (row.seq === 8 ? { ...row, seq: 999 } : row));
    expect(kinds(bronzeFindings(ledgerOf(), moved))).toEqual(['lost']);
  });

  test('does not blame the pipeline when NATS stored a message again', () => {
    const again = [...bronze, { ...bronze[7]!, seq: 999 }];
    expect(kinds(bronzeFindings(ledgerOf(), again))).toEqual([]);
    expect(storedTwice(again)).toBe(1);
    expect(kinds(silverFindings(expectedRows(seed, again), silver))).toEqual([]);
  });
});

describe('silver', () => {
  test('holds the first message of each order', () => {
    expect(silver.length).toBeLessThan(attempted);
    expect(kinds(silverFindings(expected, silver))).toEqual([]);
  });

  test('shows a lost order, one twice, one under another place, and a wrong value', () => {
    expect(kinds(silverFindings(expected, without(silver, 3)))).toEqual(['lost']);
    expect(kinds(silverFindings(expected, [...silver, silver[3]!]))).toEqual(['duplicated', 'duplicated']);
    expect(kinds(silverFindings(expected, [...silver, { ...silver[3]!, seq: 999 }]))).toEqual(['duplicated']);
    expect(
      kinds(
        silverFindings(
          expected,
          silver.map((row, i) => (i === 3 ? { ...row, values: 'other' } : row)),
        ),
      ),
    ).toEqual(['unexpected']);
  });

  test('has what the newer version gave its rows, where its log still tells', () => {
    const large = silver.findIndex(({ sizeClass }) => sizeClass !== null);
    const enriched = silver.slice(large);
    expect(kinds(versionFindings(silver, enriched))).toEqual([]);
    expect(
      kinds(
        versionFindings(
          silver.map((row) => ({ ...row, sizeClass: null })),
          enriched.slice(0, 1),
        ),
      ),
    ).toEqual(['lost']);
  });
});

describe('quarantine', () => {
  test('holds what is malformed, for its reason', () => {
    expect(quarantine.length).toBeGreaterThan(0);
    expect(kinds(quarantineFindings(expected, quarantine))).toEqual([]);
    expect(kinds(quarantineFindings(expected, without(quarantine, 0)))).toEqual(['lost']);
    expect(kinds(quarantineFindings(expected, [...quarantine, quarantine[0]!]))).toEqual(['duplicated']);
    expect(
      kinds(
        quarantineFindings(
          expected,
          quarantine.map((row, i) => (i === 0 ? { ...row, reason: 'late' } : row)),
        ),
      ),
    ).toEqual(['unexpected']);
    expect(
      kinds(quarantineFindings(expected, [...quarantine, { seq: silver[0]!.seq, index: 0, reason: 'late' }])),
    ).toEqual(['unexpected']);
  });
});
