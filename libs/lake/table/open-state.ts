/** Brings a table to the state that a writer wants, creating or evolving it, whoever else does the same. */
import { randomUUID } from 'node:crypto';
import type { Action, CommitInfo } from '#delta/actions';
import { encodeEntry } from '#delta/entry-codec';
import { entryKey } from '#delta/log-names';
import { protocolWritten } from '#delta/protocol';
import type { TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { TableHaltedError } from '../ground/lake-errors.js';
import { retryUnclear } from '../ground/retry-unclear.js';
import { advance } from '../log/advance.js';
import { currentState } from '../log/current-state.js';
import { readWholeLog } from '../log/read-log.js';
import { attemptEntry } from './commit-entry.js';
import { boundElsewhere, type TableBinding } from './table-binding.js';
import { impossibleWish, newMetadata, planOpen, type TableWish } from './table-plan.js';

export interface Opening {
  readonly store: ObjectStore;
  readonly wish: TableWish;
  readonly engineInfo: string;
  /** Epoch ms, for people who read the log. */
  readonly nowMs?: number | undefined;
  /** The table that was written before: no other one will do, nor a new one. */
  readonly bound?: TableBinding | undefined;
}

/** Throws `TableHaltedError` when the table cannot be what is wished. */
export async function openState(opening: Opening): Promise<TableState> {
  const { store, wish, bound } = opening;
  const halt = (reason: string | undefined): void => {
    if (reason !== undefined) throw new TableHaltedError(wish.name, reason);
  };
  halt(impossibleWish(wish));
  const found = (await currentState(store, wish.name))?.state;
  halt(boundElsewhere(bound, found, store.url));
  return evolve(opening, found ?? (await create(opening)));
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
  const answer = await attemptEntry(store, wish.name, state, commitId, [
    { commitInfo: info },
    { metaData: plan.metadata },
  ]);
  return evolve(opening, answer.state);
}

export function commitInfo(
  operation: string,
  engineInfo: string,
  commitId: string,
  nowMs: number | undefined,
): CommitInfo {
  return {
    ...(nowMs === undefined ? {} : { timestamp: nowMs }),
    operation,
    operationParameters: {},
    isBlindAppend: operation === 'WRITE',
    engineInfo,
    commitId,
  };
}
