/** The kinds of tables in the lake: what each is filled from, and what follows from it. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Reason } from '#contract/values/reason';
import type { Section } from '#frame/sections';
import type { Outcome } from '#frame/traces';
import type { TableStage } from '#pipeline/model/model';
import { bronzeColumns } from '../raw/raw-columns.js';
import { rejectedColumns } from '../rows/rejected-columns.js';
import type { CompiledPipeline } from './compile-pipeline.js';
import { enrichedRows, plainRows, rawTableRows, type TableRows } from './section-rows.js';

export interface TableKind {
  /** Whose name stands behind the dot of the table's `from`. */
  readonly originKind: 'source' | 'window';
  /** The kind of the logs it reads. */
  readonly reads: string;
  /** It also reads what windows over the source write: they leave there what they refuse. */
  readonly readsWindows?: boolean;
  /** Sections of those logs that are rows of it. */
  readonly sections: readonly string[];
  /** Traced events it holds, by what their stage said of them. Results are sums: no event is in them any more. */
  readonly holds: readonly Outcome[];
  /** Events that are too large for a frame come with it into the lake. */
  readonly takesLargeEvents?: boolean;
  /** Why it may be unable to hold a row, which then goes to quarantine; absent: it holds all that comes. */
  readonly refuses?: readonly Reason[];
  /** It is where rows go that another table cannot hold. */
  readonly takesRefused?: boolean;
  /** By what a single event is found in it; absent: it cannot be. */
  readonly finds?: 'event id' | 'message id';
  /** Columns by which a row replaces those before it; absent: each row stays. */
  key?(compiled: Pick<CompiledPipeline, 'windows'>, origin: string): readonly string[];
  /** Of its rows, without derived partition columns; undefined when its SQL or window did not compile. */
  columns(compiled: Pick<CompiledPipeline, 'enriched' | 'results'>, origin: string): readonly ColumnSpec[] | undefined;
  /** @param columns of the table @param table its name */
  rows(sections: readonly Section[], columns: readonly ColumnSpec[], table: string): TableRows;
}

export const tableKinds: Readonly<Record<TableStage, TableKind>> = {
  raw: {
    originKind: 'source',
    reads: 'raw',
    sections: ['raw'],
    holds: ['ok'],
    takesLargeEvents: true,
    finds: 'message id',
    columns: () => bronzeColumns,
    rows: rawTableRows,
  },
  rejected: {
    originKind: 'source',
    reads: 'enriched',
    readsWindows: true,
    sections: ['rejected', 'late'],
    holds: ['rejected', 'late'],
    takesRefused: true,
    finds: 'message id',
    columns: () => rejectedColumns,
    rows: plainRows,
  },
  enriched: {
    originKind: 'source',
    reads: 'enriched',
    sections: ['ok'],
    holds: ['ok'],
    refuses: ['missing_field', 'type_changed', 'step_failed'],
    finds: 'event id',
    columns: ({ enriched }, source) => enriched[source],
    rows: enrichedRows,
  },
  results: {
    originKind: 'window',
    reads: 'results',
    sections: ['results'],
    holds: [],
    key: ({ windows }, window) => windows[window]!.key,
    columns: ({ results }, window) => results[window],
    rows: plainRows,
  },
};
