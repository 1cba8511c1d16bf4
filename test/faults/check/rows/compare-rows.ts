/** Compares the rows of bronze, silver and quarantine with what must be there. */
import { createHash } from 'node:crypto';
import { eventOf, indexOf } from '../../workload/event-of.js';
import type { Ledger } from '../../workload/ledger.js';
import { type Finding, found } from '../findings.js';
import type { ExpectedRows } from './expected-rows.js';
import { type BronzeRow, type EnrichedRow, placeOf, type QuarantineRow, type SilverRow } from './row-types.js';

interface Place {
  readonly seq: number;
  readonly index: number;
}

/** Every accepted message once, at the sequence the server told; unknown ones once or not at all; nothing else. */
export function* bronzeFindings(ledger: Ledger, rows: readonly BronzeRow[]): Generator<Finding> {
  const sendings = new Map(ledger.sendings.map((sending) => [sending.msgId, sending]));
  const places = new Map<string, Set<number>>();
  yield* repeated('bronze', rows);
  for (const row of rows) {
    const sending = row.msgId === null ? undefined : sendings.get(row.msgId);
    const index = row.msgId === null ? undefined : indexOf(row.msgId);
    if (!sending || index === undefined)
      yield found('unexpected', `bronze: message ${row.msgId} at ${placeOf(row)} was never sent`);
    else if (sending.outcome === 'refused')
      yield found('unexpected', `bronze: message ${row.msgId} at ${placeOf(row)} was refused by the server`);
    else if (row.digest !== digestOf(eventOf(ledger.seed, index).bytes))
      yield found('unexpected', `bronze: message ${row.msgId} at ${placeOf(row)} has other bytes than were sent`);
    if (row.msgId !== null) places.set(row.msgId, (places.get(row.msgId) ?? new Set()).add(row.seq));
  }
  for (const { msgId, outcome, seq } of ledger.sendings) {
    if (outcome !== 'accepted') continue;
    const seqs = places.get(msgId);
    if (!seqs) yield found('lost', `bronze: message ${msgId}, accepted as ${seq}`);
    else if (seq !== undefined && !seqs.has(seq))
      yield found('lost', `bronze: message ${msgId} was accepted as ${seq} and stands at ${[...seqs].join(', ')}`);
  }
}

/**
 * Messages that the front stream stores more than once: the server's deduplication by Msg-Id failed, not Afluente's.
 * Their events are still once in silver.
 */
export function storedTwice(rows: readonly BronzeRow[]): number {
  const seqs = new Map<string, number>();
  let count = 0;
  for (const { msgId, seq } of rows) {
    if (msgId === null) continue;
    const before = seqs.get(msgId);
    if (before !== undefined && before !== seq) count++;
    seqs.set(msgId, seq);
  }
  return count;
}

export function* silverFindings({ silver }: ExpectedRows, rows: readonly SilverRow[]): Generator<Finding> {
  const present = new Set(rows.map(placeOf));
  const ids = new Set<string>();
  yield* repeated('silver', rows);
  for (const row of rows) {
    const expected = silver.get(placeOf(row));
    if (ids.has(row.orderId)) yield found('duplicated', `silver: order ${row.orderId} again, at ${placeOf(row)}`);
    else if (!expected) yield found('unexpected', `silver: order ${row.orderId} at ${placeOf(row)}`);
    else if (expected.orderId !== row.orderId || expected.values !== row.values)
      yield found(
        'unexpected',
        `silver: order ${row.orderId} at ${placeOf(row)} is ${row.values}, expected ${expected.values}`,
      );
    ids.add(row.orderId);
  }
  for (const [place, { orderId }] of silver)
    if (!present.has(place)) yield found('lost', `silver: order ${orderId} at ${place}`);
}

/** Who wrote silver may have been of an older version than who enriched the row: its columns are there all the same. */
export function* versionFindings(rows: readonly SilverRow[], enriched: readonly EnrichedRow[]): Generator<Finding> {
  const given = new Map(enriched.map((row) => [placeOf(row), row.sizeClass]));
  for (const row of rows) {
    const due = given.get(placeOf(row));
    if (due !== undefined && due !== row.sizeClass)
      yield found(
        'lost',
        `silver: order ${row.orderId} at ${placeOf(row)} has size_class ${row.sizeClass}, the enriched log ${due}`,
      );
  }
}

export function* quarantineFindings({ quarantine }: ExpectedRows, rows: readonly QuarantineRow[]): Generator<Finding> {
  const present = new Set(rows.map(placeOf));
  yield* repeated('quarantine', rows);
  for (const row of rows) {
    const reason = quarantine.get(placeOf(row));
    if (reason !== row.reason)
      yield found('unexpected', `quarantine: ${placeOf(row)} for ${row.reason}, expected ${reason ?? 'nothing'}`);
  }
  for (const [place, reason] of quarantine)
    if (!present.has(place)) yield found('lost', `quarantine: ${place}, due for ${reason}`);
}

function* repeated(table: string, rows: readonly Place[]): Generator<Finding> {
  const places = new Set<string>();
  for (const row of rows) {
    const place = placeOf(row);
    if (places.has(place)) yield found('duplicated', `${table}: front message ${place}`);
    places.add(place);
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
