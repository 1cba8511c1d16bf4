/** The texts of the chart that follow from others: the README's table, the schema's descriptions and settings, of what tasks are counted, the copies of alerts and dashboards. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { allStages, services } from '#stages/kinds/all-stages';
import { projectRoot } from '../support/project-root.js';
import { type ChartValue, chartValues } from './chart-values.js';
import { markdownTable, withTable } from './markdown-table.js';
import { chartSettings, chartValuesOfSettings } from './setting-tables.js';

const chart = 'helm/afluente';
const copied = [
  { from: 'deploy/alerts', to: `${chart}/files/alerts`, ending: '.rules.yaml' },
  { from: 'deploy/dashboards', to: `${chart}/files/dashboards`, ending: '.json' },
];

/** What each file must hold, by its path. Helm cannot read outside of the chart, so it has copies. */
export function chartTexts(): [path: string, text: string][] {
  const values = chartValues(read(`${chart}/values.yaml`));
  return [
    [`${chart}/README.md`, withTable(read(`${chart}/README.md`), 'values', `\n${valueTable(values)}\n`)],
    [`${chart}/values.schema.json`, withDescriptions(read(`${chart}/values.schema.json`), values)],
    [`${chart}/files/tasks.yaml`, tasksText()],
    ...copied.flatMap(({ from, to, ending }) =>
      filesIn(from)
        .filter((name) => name.endsWith(ending))
        .map((name): [string, string] => [join(to, basename(name)), read(join(from, name))]),
    ),
  ];
}

/** Of what each service has tasks, as the stages say: templates/_tasks.tpl counts them. */
function tasksText(): string {
  const lines = services.map(
    (service) =>
      `${service}: ${JSON.stringify(allStages.filter((stage) => stage.service === service).map(({ per }) => per.name))}`,
  );
  return `# Of what each service has tasks. \`npm run generate\` writes this from libs/stages.\n${lines.join('\n')}\n`;
}

/** Copies in the chart whose original is gone. */
export function strayCopies(texts: ReadonlyMap<string, string>): string[] {
  return copied.flatMap(({ to }) => filesIn(to).map((name) => join(to, name))).filter((path) => !texts.has(path));
}

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

function filesIn(folder: string): string[] {
  return existsSync(join(projectRoot, folder)) ? readdirSync(join(projectRoot, folder)) : [];
}

function valueTable(values: readonly ChartValue[]): string {
  return markdownTable(
    ['key', 'type', 'default', 'meaning'],
    values.map(({ path, type, byDefault, description }) => [
      `\`${path.join('.')}\``,
      type,
      `\`${byDefault}\``,
      description,
    ]),
  );
}

interface Schema {
  readonly [keyword: string]: unknown;
  description?: string;
  $ref?: string;
  properties?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
}

/** Descriptions stand where a key is, beside its `$ref` if it has one; settings are those of the services. */
function withDescriptions(text: string, values: readonly ChartValue[]): string {
  const root = JSON.parse(text) as Schema;
  for (const { path, description } of values) {
    schemaAt(root, path).description = description.replaceAll('`', '');
  }
  for (const [path, schema] of chartValuesOfSettings()) Object.assign(schemaAt(root, path.split('.')), schema);
  const settings = root.definitions?.['service']?.properties?.['settings'] ?? missing(['settings']);
  settings.properties = chartSettings();
  return `${JSON.stringify(root, null, 2)}\n`;
}

function schemaAt(root: Schema, path: readonly string[]): Schema {
  return path.reduce<Schema>((at, key) => resolve(root, at).properties?.[key] ?? missing(path), root);
}

function resolve(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return name === undefined ? schema : (root.definitions?.[name] ?? missing([name]));
}

function missing(path: readonly string[]): never {
  throw new Error(`values.schema.json has no ${path.join('.')}, which values.yaml has`);
}
