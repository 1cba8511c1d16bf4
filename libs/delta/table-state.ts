/** What a writer must know of a table, folded from its log entries: version, metadata, positions. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Action, LogEntry, Metadata, Protocol } from './actions.js';
import { parseSchema } from './schema.js';

export const protocolWritten: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

export interface TableState {
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** Parsed from the metadata. */
  readonly columns: readonly ColumnSpec[];
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
  if (!isSupported(protocol)) {
    return halt(
      `it needs Delta reader version ${protocol.minReaderVersion} and writer version ${protocol.minWriterVersion}; Afluente supports 1 and 2`,
    );
  }
  return withColumns(before, {
    version: entry.version,
    protocol,
    metadata,
    txns: foldTxns(before?.txns ?? new Map(), entry.actions),
  });
}

function withColumns(before: TableState | undefined, state: Omit<TableState, 'columns'>): StateFold {
  if (before?.metadata === state.metadata) return { kind: 'state', state: { ...state, columns: before.columns } };
  const schema = parseSchema(state.metadata.schemaString);
  if (schema.kind === 'unsupported') return halt(schema.reason);
  return { kind: 'state', state: { ...state, columns: schema.columns } };
}

function foldTxns(before: ReadonlyMap<string, number>, actions: readonly Action[]): ReadonlyMap<string, number> {
  const txns = actions.flatMap((a) => ('txn' in a ? [a.txn] : []));
  if (txns.length === 0) return before;
  return new Map([...before, ...txns.map((txn) => [txn.appId, txn.version] as const)]);
}

function isSupported({ minReaderVersion, minWriterVersion }: Protocol): boolean {
  return minReaderVersion <= protocolWritten.minReaderVersion && minWriterVersion <= protocolWritten.minWriterVersion;
}

function lastOf<T>(actions: readonly Action[], pick: (action: Action) => T | undefined): T | undefined {
  return actions.map(pick).findLast((value) => value !== undefined);
}

function halt(reason: string): StateFold {
  return { kind: 'halt', reason };
}
