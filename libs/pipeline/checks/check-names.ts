/** Checks the names by which one part of a pipeline file points to another. */
import { derivedPartitionColumns } from '../model/model.js';
import {
  allFroms,
  defaultTableName,
  isAdditional,
  isDivisible,
  partitionColumns,
  splitFrom,
} from '../model/table-origin.js';
import { suggestName } from '../text/closest-name.js';
import { entriesAt, namesAt, type Report, textAt, textsAt, valueAt } from './check-context.js';

const windowColumns = ['window_start', 'window_end', 'revision'];

export function checkNames(root: unknown, report: Report): void {
  checkEnrich(root, report);
  checkWindows(root, report);
  checkTables(root, report);
}

function checkEnrich(root: unknown, report: Report): void {
  const sources = namesAt(root, 'sources');
  for (const name of namesAt(root, 'enrich')) {
    if (!sources.includes(name))
      report(['enrich', name], `there is no source "${name}"`, suggestName(name, sources, 'source'));
  }
}

function checkWindows(root: unknown, report: Report): void {
  const sources = namesAt(root, 'sources');
  for (const [name, window] of entriesAt(root, 'windows')) {
    const from = textAt(window, 'from');
    if (from !== undefined && !sources.includes(from)) {
      report(['windows', name, 'from'], `there is no source "${from}"`, suggestName(from, sources, 'source'));
    }
    const keys = textsAt(window, 'key');
    for (const { text, place } of keys) {
      if (windowColumns.includes(text)) report(['windows', name, 'key', place], ...everyWindowHas(text));
    }
    for (const measure of namesAt(window, 'measures')) {
      const path = ['windows', name, 'measures', measure];
      if (windowColumns.includes(measure)) report(path, ...everyWindowHas(measure));
      if (keys.some(({ text }) => text === measure))
        report(path, `"${measure}" is a key column too`, 'Give the measure another name.');
    }
  }
}

function everyWindowHas(column: string): [string, string] {
  return [`every window has a column "${column}" of its own`, 'Use another name.'];
}

function checkTables(root: unknown, report: Report): void {
  const origins = allFroms(namesAt(root, 'sources'), namesAt(root, 'windows'));
  const written = entriesAt(root, 'lake', 'tables');
  const named = new Map<string, string>();
  for (const [name, table] of written) {
    const path = ['lake', 'tables', name];
    const from = textAt(table, 'from');
    if (from === undefined || !splitFrom(from)) continue;
    const twin = named.get(from);
    if (!origins.includes(from))
      report([...path, 'from'], `"${from}" is not in this pipeline`, suggestName(from, origins, 'source'));
    if (isAdditional(members(table))) {
      checkAdditional(table, from, path, report);
      continue;
    }
    if (valueAt(table, 'rest') !== undefined) checkRest(written, from, path, report);
    if (twin !== undefined)
      report([...path, 'from'], `"${from}" already fills the table "${twin}"`, 'Keep one of the two.');
    named.set(from, twin ?? name);
    checkPartitionColumns(root, from, textsAt(table, 'partitionBy'), (place, message, remedy) =>
      report([...path, 'partitionBy', place], message, remedy),
    );
  }
  checkTableNames(written, origins, named, report);
}

/** A written name must not be the default name of another table. */
function checkTableNames(
  written: readonly [string, unknown][],
  origins: readonly string[],
  named: ReadonlyMap<string, string>,
  report: Report,
): void {
  const defaults = new Map(origins.filter((from) => !named.has(from)).map((from) => [defaultName(from), from]));
  for (const [name, table] of written) {
    const other = defaults.get(name);
    const isWhole = other === textAt(table, 'from') && !isAdditional(members(table));
    if (other === undefined || isWhole) continue;
    report(
      ['lake', 'tables', name],
      `"${name}" is the name of the table of ${other}`,
      `Use another name, or rename the table of ${other} too.`,
    );
  }
}

function members(table: unknown): { where?: unknown; columns?: unknown; unnest?: unknown } {
  return { where: valueAt(table, 'where'), columns: valueAt(table, 'columns'), unnest: valueAt(table, 'unnest') };
}

/** Only enriched events can be divided among tables. */
function checkAdditional(table: unknown, from: string, path: readonly string[], report: Report): void {
  const parts = splitFrom(from);
  if (parts && !isDivisible(parts.stage))
    report(
      [...path, 'from'],
      `where, columns and unnest go with enriched.<source>, not with ${from}`,
      'Remove them, or fill the table from enriched events.',
    );
  if (valueAt(table, 'rest') !== undefined)
    report(
      [...path, 'rest'],
      'does not go with where, columns or unnest',
      'Remove "rest", or write it at the table of the whole.',
    );
}

function checkRest(written: readonly [string, unknown][], from: string, path: readonly string[], report: Report): void {
  const conditioned = written.some(([, one]) => textAt(one, 'from') === from && valueAt(one, 'where') !== undefined);
  if (!conditioned)
    report(
      [...path, 'rest'],
      `no other table of ${from} has a condition`,
      'Remove "rest", or write "where" at another table.',
    );
}

function defaultName(from: string): string {
  const parts = splitFrom(from);
  return parts ? defaultTableName(parts.stage, parts.origin) : '';
}

/** The columns of bronze, quarantine and gold are known here; those of silver only when its SQL has run. */
function checkPartitionColumns(
  root: unknown,
  from: string,
  columns: readonly { text: string; place: number }[],
  report: (place: number, message: string, remedy: string) => void,
): void {
  const parts = splitFrom(from);
  const own =
    parts &&
    partitionColumns(
      parts.stage,
      textsAt(root, 'windows', parts.origin, 'key').map(({ text }) => text),
    );
  if (!own) return;
  const known = [...derivedPartitionColumns, ...own];
  for (const { text, place } of columns) {
    if (!known.includes(text))
      report(place, `"${text}" is no column to partition ${from} by`, suggestName(text, known, 'column'));
  }
}
