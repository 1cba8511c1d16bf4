/** Brings a table to the state that a writer wants, creating or evolving it, whoever else does the same. */
import type { Action, CommitInfo } from '#delta/actions';
import { protocolWritten, stateOfCheckpoint, type TableState } from '#delta/table-state';
import { encodeEntry } from '#delta/entry-codec';
import { entryKey } from '#delta/log-names';
import type { ObjectStore } from '#store/object-store';
import { randomUUID } from 'node:crypto';
import { advance, attemptEntry } from './commit-entry.js';
import { TableHaltedError } from './lake-errors.js';
import { readLog, readWholeLog } from './read-log.js';
import { retryUnclear } from './retry-unclear.js';
import { impossibleWish, newMetadata, planOpen, type TableWish } from './table-plan.js';

export interface Opening {
  readonly store: ObjectStore;
  readonly wish: TableWish;
  readonly engineInfo: string;
  /** Epoch ms, for people who read the log. */
  readonly nowMs?: number | undefined;
}

/** Throws `TableHaltedError` when the table cannot be what is wished. */
export async function openState(opening: Opening): Promise<TableState> {
  const { store, wish } = opening;
  const reason = impossibleWish(wish);
  if (reason !== undefined) throw new TableHaltedError(wish.name, reason);
  const state = (await currentState(store, wish.name)) ?? (await create(opening));
  return evolve(opening, state);
}

/** Undefined when there is no such table. Throws `TableHaltedError` when its log cannot be used. */
async function currentState(store: ObjectStore, table: string): Promise<TableState | undefined> {
  const { checkpoint, entries } = await readLog(store, table);
  if (checkpoint === undefined) return entries.length > 0 ? advance(table, undefined, entries) : undefined;
  const base = stateOfCheckpoint(checkpoint.version, await checkpoint.all('protocol', 'metaData', 'txn'));
  if (base.kind === 'halt') throw new TableHaltedError(table, base.reason);
  return advance(table, base.state, entries);
}

async function create({ store, wish, engineInfo, nowMs }: Opening): Promise<TableState> {
  const metaData = newMetadata(wish, randomUUID(), nowMs);
  const info = commitInfo('CREATE TABLE', engineInfo, randomUUID(), nowMs);
  const actions: Action[] = [{ commitInfo: info }, { protocol: protocolWritten }, { metaData }];
  // Whoever created it, the table is what the log says now.
  await retryUnclear(() => store.putIfAbsent(entryKey(wish.name, 0), Buffer.from(encodeEntry(actions))));
  return advance(wish.name, undefined, await readWholeLog(store, wish.name));
}

async function evolve(opening: Opening, state: TableState): Promise<TableState> {
  const { store, wish, engineInfo, nowMs } = opening;
  const plan = planOpen(state, wish);
  if (plan.kind === 'ready') return state;
  if (plan.kind === 'halt') throw new TableHaltedError(wish.name, plan.reason);
  const commitId = randomUUID();
  const info = commitInfo('CHANGE METADATA', engineInfo, commitId, nowMs);
  const answer = await attemptEntry(store, wish.name, state, commitId, [{ commitInfo: info }, { metaData: plan.metadata }]);
  return evolve(opening, answer.state);
}

export function commitInfo(operation: string, engineInfo: string, commitId: string, nowMs: number | undefined): CommitInfo {
  return {
    ...(nowMs === undefined ? {} : { timestamp: nowMs }),
    operation,
    operationParameters: {},
    isBlindAppend: operation === 'WRITE',
    engineInfo,
    commitId,
  };
}
