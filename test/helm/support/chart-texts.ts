/** The texts of the chart that follow from others: the README's table, the schema's descriptions, the copies of alerts and dashboards. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';
import { chartFolder } from './chart-folder.js';
import { chartValues, type ChartValue } from './chart-values.js';

const begin = '<!-- values: `npm run chart` writes this table from values.yaml -->';
const end = '<!-- end of values -->';

/** What each file of the chart must hold, by its path inside the chart. Helm cannot read outside of it, so it has copies. */
export function chartTexts(): Map<string, string> {
  const values = chartValues(read('values.yaml'));
  return new Map([
    ['README.md', withTable(read('README.md'), values)],
    ['values.schema.json', withDescriptions(read('values.schema.json'), values)],
    ...copies('deploy/alerts', 'files/alerts', (name) => name.endsWith('.rules.yaml')),
    ...copies('deploy/dashboards', 'files/dashboards', (name) => name.endsWith('.json')),
  ]);
}

/** Copies in the chart whose original is gone. */
export function strayCopies(texts: ReadonlyMap<string, string>): string[] {
  const present = ['files/alerts', 'files/dashboards'].flatMap((folder) => filesIn(join(chartFolder, folder)).map((name) => join(folder, name)));
  return present.filter((path) => !texts.has(path));
}

const read = (path: string): string => readFileSync(join(chartFolder, path), 'utf8');
const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function copies(from: string, to: string, isWanted: (name: string) => boolean): [string, string][] {
  const folder = join(projectRoot, from);
  return filesIn(folder).filter(isWanted).map((name) => [join(to, basename(name)), readFileSync(join(folder, name), 'utf8')]);
}

function withTable(readme: string, values: readonly ChartValue[]): string {
  const [before, rest] = readme.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the chart's README.md has no "${begin}" … "${end}"`);
  const rows = values.map(({ path, type, byDefault, description }) => `| \`${path.join('.')}\` | ${type} | \`${byDefault.replaceAll('|', '\\|')}\` | ${description.replaceAll('|', '\\|')} |`);
  return `${before}${begin}\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n\n${end}${after}`;
}

interface Schema {
  description?: string;
  $ref?: string;
  properties?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
}

/** Descriptions stand where a key is, beside its `$ref` if it has one. */
function withDescriptions(text: string, values: readonly ChartValue[]): string {
  const root = JSON.parse(text) as Schema;
  for (const { path, description } of values) {
    const schema = path.reduce<Schema>((at, key) => resolve(root, at).properties?.[key] ?? missing(path), root);
    schema.description = description.replaceAll('`', '');
  }
  return `${JSON.stringify(root, null, 2)}\n`;
}

function resolve(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return name === undefined ? schema : (root.definitions?.[name] ?? missing([name]));
}

function missing(path: readonly string[]): never {
  throw new Error(`values.schema.json has no ${path.join('.')}, which values.yaml has`);
}
