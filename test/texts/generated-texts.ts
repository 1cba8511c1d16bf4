/**
 * Every text of the repository that follows from others: tables of documents, JSON Schemas, what the chart copies, the example of a NATS
 * configuration, and the comments of handlers.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasons } from '#contract/values/reason';
import { pipelineUsers } from '#permissions/pipeline-users';
import { serverAccounts } from '#permissions/server-accounts';
import { pipelineSchema } from '#pipeline/schema/schema';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { logStages } from '#stages/kinds/all-stages';
import { topologyOf } from '#stages/topology/topology';
import { metricSpecs } from '#telemetry/metric-specs';
import { projectRoot } from '../support/project-root.js';
import { chartTexts } from './chart-texts.js';
import { withSubjects } from './handler-comments.js';
import { linksFrom } from './links-from.js';
import { markdownTable, withTable } from './markdown-table.js';
import { nameTable } from './name-table.js';
import { pipelineTable } from './pipeline-table.js';
import { settingTable, settingTableAbout } from './setting-tables.js';
import { dialectTable, missingTable } from './sql-dialect.js';

const pipelinePage = 'docs/pipeline.md';
const tablesPage = 'docs/tables.md';
const settingsPage = 'docs/settings.md';
const namesPage = 'docs/nats-names.md';
const metricsPage = 'docs/metrics.md';
const tracingPage = 'docs/tracing.md';
const sqlPage = 'docs/sql.md';
/** Of the services whose stages stand between two logs. */
const controllers = [...new Set(logStages.map(({ service }) => `apps/${service}/${service}.controller.ts`))];

/** What each file must hold, by its path. */
export function generatedTexts(): Map<string, string> {
  return new Map([
    [pipelinePage, withTables(pipelinePage, { 'pipeline keys': pipelineTable() })],
    [tablesPage, withTables(tablesPage, { reasons: reasonTable() })],
    [settingsPage, withTables(settingsPage, { settings: settingTable() })],
    [namesPage, withTables(namesPage, { 'NATS names': nameTable() })],
    [metricsPage, withTables(metricsPage, { metrics: metricTable() })],
    [
      tracingPage,
      withTables(tracingPage, { 'settings of traces': settingTableAbout(/^(OTEL_|AFL_TRACE)/, tracingPage) }),
    ],
    [sqlPage, withTables(sqlPage, { 'sql examples': dialectTable(), 'sql that is missing': missingTable() })],
    ['libs/pipeline/pipeline.schema.json', `${JSON.stringify(pipelineSchema, null, 2)}\n`],
    ...chartTexts(),
    ['deploy/nats/afluente.conf', exampleAccounts()],
    ...controllers.map((path): [string, string] => [path, withSubjects(read(path))]),
  ]);
}

/** Paths of files that do not hold what they must. */
export function staleTexts(texts: ReadonlyMap<string, string>): string[] {
  return [...texts]
    .filter(([path, text]) => !existsSync(join(projectRoot, path)) || read(path) !== text)
    .map(([path]) => path);
}

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

function withTables(path: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce(
    (document, [name, table]) => withTable(document, name, linksFrom(path, table)),
    read(path),
  );
}

function reasonTable(): string {
  return markdownTable(
    ['reason', 'meaning'],
    Object.entries(reasons).map(([reason, meaning]) => [`\`${reason}\``, meaning]),
  );
}

/** What `afluente permissions` prints for the example. */
function exampleAccounts(): string {
  const { compiled } = PipelineSource.load(join(projectRoot, 'examples', 'sales-tech'));
  return serverAccounts(pipelineUsers(topologyOf(compiled)), {});
}

function metricTable(): string {
  const rows = Object.values(metricSpecs).map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', ') || '–',
    help,
  ]);
  return markdownTable(['metric', 'type', 'labels', 'meaning'], rows);
}
