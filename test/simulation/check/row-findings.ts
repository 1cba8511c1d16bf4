/** What the rows of bronze, silver and quarantine say: every event once, in order, refused only for what is wrong with it, and late only when it was. */
import { type Finding, found } from '../../faults/check/findings.js';
import { outOfOrdernessMs, source, windows } from '../world/pipelines.js';
import type { World } from '../world/world.js';
import type { FrontEvent } from './expected.js';
import type { Row } from './lake-rows.js';

/** Rows of a table, as the lake has them now. */
export type RowsOf = (table: string) => readonly Row[];

export function* rowFindings(world: World, rowsOf: RowsOf, events: readonly FrontEvent[]): Generator<Finding> {
  const bySeq = (table: string): Map<number, number> =>
    countBy(rowsOf(`${table}_${source}`), (row) => Number(row['_seq']));
  const [bronze, silver, quarantine] = [bySeq('bronze'), bySeq('silver'), bySeq('quarantine')];
  const reasons = new Map(rowsOf(`quarantine_${source}`).map((row) => [Number(row['_seq']), String(row['reason'])]));
  const inSilver = new Map(rowsOf(`silver_${source}`).map((row) => [Number(row['_seq']), true]));
  for (const { seq, msgId, id, repeats, poisons } of events) {
    const found = [bronze, silver, quarantine].map((rows) => rows.get(seq) ?? 0) as [number, number, number];
    for (const rows of [bronze, silver, quarantine]) rows.delete(seq);
    yield* presence('bronze', msgId, seq, found[0], world.logLostMs === undefined ? 1 : Math.min(1, found[0]));
    if (id === undefined) yield* presence('quarantine', msgId, seq, found[2], 1);
    const byWindows = poisons === 'window' && inSilver.has(seq) && world.settings.windows ? windows.length : 0;
    yield* presence('silver and quarantine', msgId, seq, found[1] + found[2], repeats ? 0 : 1 + byWindows);
    yield* reasonFindings(world, reasons.get(seq), { msgId, id, poisons });
  }
  for (const [table, rows] of [
    ['bronze', bronze],
    ['silver', silver],
    ['quarantine', quarantine],
  ] as const) {
    for (const seq of rows.keys()) yield found('unexpected', `${table}: front sequence ${seq} was never sent`);
  }
}

/** The clock of one producer makes nobody late. */
export function* lateFindings(rowsOf: RowsOf, events: readonly FrontEvent[]): Generator<Finding> {
  const late = new Set(
    rowsOf(`quarantine_${source}`)
      .filter((row) => row['reason'] === 'late')
      .map((row) => Number(row['_seq'])),
  );
  for (const { seq, msgId, atMs, arrivedMs } of events) {
    if (late.has(seq) && atMs >= arrivedMs - outOfOrdernessMs)
      yield found(
        'unexpected',
        `quarantine: ${msgId} (front sequence ${seq}) was on time when it arrived, and is late`,
      );
  }
}

/** Only what is bad itself, or late, is in quarantine: not what it was batched with. */
function* reasonFindings(
  { settings }: World,
  reason: string | undefined,
  { msgId, id, poisons }: Pick<FrontEvent, 'msgId' | 'id' | 'poisons'>,
): Generator<Finding> {
  const isPoisonous = poisons === 'validate' || (id !== undefined && settings.windows && poisons !== undefined);
  const due = isPoisonous ? 'step_failed' : id === undefined ? 'wrong_type' : 'late';
  if (reason !== undefined && reason !== due && (reason !== 'late' || id === undefined))
    yield found('unexpected', `quarantine: ${msgId} is there as ${reason}, ${due} is due`);
}

/** Events of a user stay in order. */
export function* orderFindings(rowsOf: RowsOf): Generator<Finding> {
  const last = new Map<unknown, number>();
  for (const row of rowsOf(`silver_${source}`)) {
    const [user, seq] = [row['user'], Number(row['_seq'])];
    if (seq < (last.get(user) ?? 0))
      yield found('orderBreaks', `silver: ${String(user)} has front sequence ${seq} behind ${last.get(user)}`);
    last.set(user, seq);
  }
}

function* presence(where: string, msgId: string, seq: number, times: number, due: number): Generator<Finding> {
  if (times < due) yield found('lost', `${where}: ${msgId} (front sequence ${seq}) is missing`);
  if (times > due)
    yield found('duplicated', `${where}: ${msgId} (front sequence ${seq}) is there ${times} times, ${due} due`);
}

export function countBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
