/** The settings as tables, and as the JSON Schema of those that the chart takes. */
import type { Variable } from '#runtime/settings/setting';
import { isSetting, variablesOf } from '#runtime/settings/setting-table';
import { settings } from '#runtime/settings/settings';
import { markdownTable } from './markdown-table.js';

const variables = variablesOf(settings);

/** All but those that have a page of their own. */
export function settingTable(): string {
  return tableOf(variables.filter(({ page }) => page === undefined));
}

/** Those about one thing, with what only this page has. */
export function settingTableAbout(about: RegExp, page: string): string {
  return tableOf(
    variables.filter(
      (variable) => variable.page === page || (variable.page === undefined && about.test(variable.name)),
    ),
  );
}

/** JSON Schemas of the chart's `settings`, by name. */
export function chartSettings(): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, entry]) =>
      'meaning' in entry && isSetting(entry) && entry.schema !== undefined && entry.chartPath === undefined
        ? [[name, { ...entry.schema, description: plainText(entry.meaning) }]]
        : [],
    ),
  );
}

/** JSON Schemas of the values that have a place of their own in the chart, by path. */
export function chartValuesOfSettings(): Map<string, Readonly<Record<string, unknown>>> {
  return new Map(
    variables.flatMap((variable) =>
      isSetting(variable) && variable.chartPath !== undefined ? [[variable.chartPath, variable.schema ?? {}]] : [],
    ),
  );
}

function tableOf(rows: readonly Variable[]): string {
  return markdownTable(
    ['variable', 'default', 'meaning'],
    rows.map(({ name, otherwise, meaning }) => [`\`${name}\``, otherwise, meaning]),
  );
}

function plainText(text: string): string {
  return text.replaceAll('`', '');
}
