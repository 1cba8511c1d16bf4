/** What a writer must know of a table, folded from its log entries: version, metadata, positions. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Action, LogEntry, Metadata, Protocol } from './actions.js';
import { protocolProblem } from './protocol.js';
import { type ForeignColumn, parseSchema } from './schema.js';

export interface TableState {
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** Parsed from the metadata. */
  readonly columns: readonly ColumnSpec[];
  /** Columns that others have added, of types that Afluente does not write: null in its rows. */
  readonly foreign: readonly ForeignColumn[];
  /** Committed version by appId. */
  readonly txns: ReadonlyMap<string, number>;
}

export type StateFold =
  | { readonly kind: 'state'; readonly state: TableState }
  | { readonly kind: 'halt'; readonly reason: string };

/** The state after `entry`; `before` is undefined for the table's first entry. */
export function foldState(before: TableState | undefined, entry: LogEntry): StateFold {
  const expected = (before?.version ?? -1) + 1;
  if (entry.version !== expected) {
    return halt(
      `the log has no entry ${expected} (next is ${entry.version}) and no checkpoint that stands for it: entries were removed from its log`,
    );
  }
  return fold(before, entry);
}

/** The state that a checkpoint holds; `actions` without data files will do. */
export function stateOfCheckpoint(version: number, actions: readonly Action[]): StateFold {
  return fold(undefined, { version, actions });
}

function fold(before: TableState | undefined, entry: LogEntry): StateFold {
  const protocol = lastOf(entry.actions, (a) => ('protocol' in a ? a.protocol : undefined)) ?? before?.protocol;
  const metadata = lastOf(entry.actions, (a) => ('metaData' in a ? a.metaData : undefined)) ?? before?.metadata;
  if (protocol === undefined || metadata === undefined)
    return halt(`version ${entry.version} lacks protocol or metadata`);
  const problem = protocolProblem(protocol, metadata);
  if (problem !== undefined) return halt(problem);
  return withColumns(before, {
    version: entry.version,
    protocol,
    metadata,
    txns: foldTxns(before?.txns ?? new Map(), entry.actions),
  });
}

function withColumns(before: TableState | undefined, state: Omit<TableState, 'columns' | 'foreign'>): StateFold {
  if (before?.metadata === state.metadata)
    return { kind: 'state', state: { ...state, columns: before.columns, foreign: before.foreign } };
  const schema = parseSchema(state.metadata.schemaString);
  if (schema.kind === 'unsupported') return halt(schema.reason);
  return { kind: 'state', state: { ...state, columns: schema.columns, foreign: schema.foreign } };
}

function foldTxns(before: ReadonlyMap<string, number>, actions: readonly Action[]): ReadonlyMap<string, number> {
  const txns = actions.flatMap((a) => ('txn' in a ? [a.txn] : []));
  if (txns.length === 0) return before;
  return new Map([...before, ...txns.map((txn) => [txn.appId, txn.version] as const)]);
}

function lastOf<T>(actions: readonly Action[], pick: (action: Action) => T | undefined): T | undefined {
  return actions.map(pick).findLast((value) => value !== undefined);
}

function halt(reason: string): StateFold {
  return { kind: 'halt', reason };
}
