/** Decides, from what the log says, what a writer with a prepared commit must do next. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { LogEntry } from './actions.js';
import { decideSchema } from './evolve-schema.js';
import type { TableState } from './table-state.js';

/** One application's step: its data continues from `previous` (-1: from nothing) and ends at `version`. */
export interface TxnStep {
  readonly appId: string;
  readonly previous: number;
  readonly version: number;
}

export interface CommitFacts {
  /** The table after every entry known so far. */
  readonly state: TableState;
  readonly txns: readonly TxnStep[];
  /** Versions by appId that must still be so, besides those of the steps; -1: none. */
  readonly expects?: ReadonlyMap<string, number> | undefined;
  /** What the prepared files hold. */
  readonly columns: readonly ColumnSpec[];
  readonly partitionBy: readonly string[];
  /** The version under which an entry with our commit id was found. */
  readonly landedAt: number | undefined;
}

export type CommitDecision =
  | { readonly kind: 'commit'; readonly version: number }
  | { readonly kind: 'already-committed'; readonly version: number }
  /** Another writer moved one of our txns, or one that we expect: our rows are (partly) in the table already. Versions by appId; -1: none. */
  | { readonly kind: 'superseded'; readonly txns: ReadonlyMap<string, number> }
  | { readonly kind: 'halt'; readonly reason: string };

export function decideCommit(facts: CommitFacts): CommitDecision {
  const { state, txns, landedAt, expects = new Map<string, number>() } = facts;
  if (landedAt !== undefined) return { kind: 'already-committed', version: landedAt };
  const reason = wrongSteps(txns);
  if (reason !== undefined) return { kind: 'halt', reason };
  const wanted = new Map([...expects, ...txns.map(({ appId, previous }) => [appId, previous] as const)]);
  const actual = new Map([...wanted.keys()].map((appId) => [appId, state.txns.get(appId) ?? -1]));
  if ([...wanted].some(([appId, version]) => actual.get(appId) !== version))
    return { kind: 'superseded', txns: actual };
  const misfit = tableMisfit(facts);
  return misfit === undefined ? { kind: 'commit', version: state.version + 1 } : { kind: 'halt', reason: misfit };
}

/** True when the entry is the one that was written under this commit id. */
export function isOwnEntry(entry: LogEntry, commitId: string): boolean {
  return entry.actions.some((a) => 'commitInfo' in a && a.commitInfo.commitId === commitId);
}

function wrongSteps(txns: readonly TxnStep[]): string | undefined {
  const twice = new Set(txns.map((t) => t.appId)).size < txns.length;
  if (twice) return 'one append names the same appId twice';
  const still = txns.find((t) => t.version <= t.previous || !Number.isSafeInteger(t.version));
  return still && `txn ${still.appId} would go from ${still.previous} to ${still.version}: a txn must grow`;
}

function tableMisfit({ state, columns, partitionBy }: CommitFacts): string | undefined {
  const actual = state.metadata.partitionColumns;
  if (actual.join('\n') !== partitionBy.join('\n')) {
    return `it is partitioned by [${actual.join(', ')}] and not by [${partitionBy.join(', ')}]: keep its partitioning, or write to a new table`;
  }
  const schema = decideSchema(state.columns, columns, state.foreign);
  if (schema.kind === 'fits') return undefined;
  return schema.kind === 'incompatible'
    ? schema.reason
    : 'its schema was changed and no longer has our columns: open the table again';
}
