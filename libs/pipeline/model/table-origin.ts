/** What a table's `from` says: the stage, the source or window, the default name and the time column. */
import { columnOf } from './field-path.js';
import type { Source, TableStage } from './model.js';

interface Origin {
  /** What the default name begins with. */
  readonly prefix: string;
  /** From which partition columns are derived. */
  timeColumn(source: Source | undefined): string;
  /** Whether other tables can take parts of it. */
  readonly isDivisible?: boolean;
  /** Columns to partition by besides the derived ones, where they are known before any SQL has run. @param key of the window */
  partitionColumns?(key: readonly string[]): readonly string[];
}

const arrival = (): string => '_arrived_at';

/** Event time for silver, window start for gold, arrival for bronze and quarantine. */
const origins: Readonly<Record<TableStage, Origin>> = {
  raw: { prefix: 'bronze_', timeColumn: arrival, partitionColumns: () => ['subject'] },
  rejected: { prefix: 'quarantine_', timeColumn: arrival, partitionColumns: () => ['subject', 'reason'] },
  enriched: {
    prefix: 'silver_',
    timeColumn: (source) => (source ? columnOf(source.eventTime.field) : arrival()),
    isDivisible: true,
  },
  results: { prefix: 'gold_', timeColumn: () => 'window_start', partitionColumns: (key) => key },
};

/** Splits `<stage>.<name>`; undefined when the stage is unknown or the name is empty. */
export function splitFrom(from: string): { stage: TableStage; origin: string } | undefined {
  const dot = from.indexOf('.');
  const stage = from.slice(0, Math.max(dot, 0));
  const origin = from.slice(dot + 1);
  return isTableStage(stage) && origin !== '' ? { stage, origin } : undefined;
}

export function defaultTableName(stage: TableStage, origin: string): string {
  return origins[stage].prefix + origin;
}

/** Every `from` that the pipeline can fill a table with, in a stable order. */
export function allFroms(sources: readonly string[], windows: readonly string[]): string[] {
  const ofSource = sources.flatMap((name) => [`raw.${name}`, `rejected.${name}`, `enriched.${name}`]);
  return [...ofSource, ...windows.map((name) => `results.${name}`)];
}

export function timeColumn(stage: TableStage, source: Source | undefined): string {
  return origins[stage].timeColumn(source);
}

/** What a table may be partitioned by besides derived columns; undefined when only its SQL can tell. @param key of the window, if it is of one */
export function partitionColumns(stage: TableStage, key: readonly string[]): readonly string[] | undefined {
  return origins[stage].partitionColumns?.(key);
}

/** Whether an entry is one more table beside the one that its `from` has in any case. */
export function isAdditional({
  where,
  columns,
  unnest,
}: {
  where?: unknown;
  columns?: unknown;
  unnest?: unknown;
}): boolean {
  return where !== undefined || columns !== undefined || unnest !== undefined;
}

export function isDivisible(stage: TableStage): boolean {
  return origins[stage].isDivisible === true;
}

function isTableStage(text: string): text is TableStage {
  return Object.hasOwn(origins, text);
}
