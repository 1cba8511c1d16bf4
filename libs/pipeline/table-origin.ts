/** What a table's `from` says: the stage, the source or window, the default name and the time column. */
import type { Source, TableStage } from './model.js';

const prefixes: Readonly<Record<TableStage, string>> = {
  raw: 'bronze_',
  rejected: 'quarantine_',
  enriched: 'silver_',
  results: 'gold_',
};

/** Splits `<stage>.<name>`; undefined when the stage is unknown or the name is empty. */
export function tableOrigin(from: string): { stage: TableStage; of: string } | undefined {
  const dot = from.indexOf('.');
  const stage = from.slice(0, Math.max(dot, 0));
  const of = from.slice(dot + 1);
  return isTableStage(stage) && of !== '' ? { stage, of } : undefined;
}

export function defaultTableName(stage: TableStage, of: string): string {
  return prefixes[stage] + of;
}

/** Every `from` that the pipeline can fill a table with, in a stable order. */
export function allTableOrigins(sources: readonly string[], windows: readonly string[]): string[] {
  const ofSource = sources.flatMap((name) => [`raw.${name}`, `rejected.${name}`, `enriched.${name}`]);
  return [...ofSource, ...windows.map((name) => `results.${name}`)];
}

/** Event time for silver, window start for gold, arrival for bronze and quarantine. */
export function timeColumn(stage: TableStage, source: Source | undefined): string {
  if (stage === 'results') return 'window_start';
  return stage === 'enriched' && source ? source.eventTime.field : '_arrived_at';
}

function isTableStage(text: string): text is TableStage {
  return Object.hasOwn(prefixes, text);
}
