/** `afluente lint`: checks a pipeline folder without starting anything, and on request against the version before it, the logs that it has on a NATS, and the tables of a lake. */
import type { Version } from '#changes/change';
import { changesBetween } from '#changes/changes-between';
import type { TableWish } from '#lake/table/table-plan';
import { loadPipelineFolder } from '#pipeline-folder/load';
import { tableWish } from '#runtime/lake-writer/lake-table-shape';
import { PipelineError, PipelineSource } from '#runtime/service/pipeline-source';
import { type CompiledPipeline, tableColumns } from '#stages/tables/compile-pipeline';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { openStore } from '#store/open-store';
import { connectCommand } from '../connect-command.js';
import { lakeClashes } from '../lint/lake-clashes.js';
import { listColumns } from '../lint/list-columns.js';
import { screenOf } from '../output/screen.js';
import { s3FromEnvironment } from '../s3-environment.js';
import { recordedFaults } from '../streams/recorded-faults.js';

export interface LintOptions {
  /** Folder of the version that runs: say what would become of it. */
  readonly against?: string;
  /** Look at the logs there, too. */
  readonly nats?: string;
  /** Look at the tables there, too. */
  readonly lake?: string;
  /** Say which columns the tables have. */
  readonly tables?: boolean;
}

/** @returns 0 when the services would take the folder, and go on with it; else 1 */
export async function lint(folder: string, { nats, lake, against, tables }: LintOptions): Promise<number> {
  const { compiled } = PipelineSource.load(folder);
  const { pipeline } = compiled;
  const topology = topologyOf(compiled);
  const counts = [
    counted(Object.keys(pipeline.sources).length, 'source'),
    counted(Object.keys(pipeline.windows).length, 'window'),
    counted(Object.keys(pipeline.lake.tables).length, 'table'),
    counted(topology.tasks.length, 'task'),
  ];
  process.stdout.write(`${folder}: pipeline ${pipeline.name} is valid (${counts.join(', ')})\n`);
  for (const note of partitionNotes(compiled)) process.stdout.write(`note: ${note}\n`);
  const wishes = wishesOf(compiled);
  if (tables)
    for (const { wish, from } of wishes)
      process.stdout.write(listColumns(wish, from, screenOf(process.stdout).columns()));
  const codes = [
    against === undefined ? 0 : lintChanges(against, folder),
    nats === undefined ? 0 : await lintLogs(nats, topology),
    lake === undefined
      ? 0
      : await lintLake(
          lake,
          wishes.map(({ wish }) => wish),
        ),
  ];
  return Math.max(...codes);
}

/** What partition columns of texts cannot hold: the Delta protocol has no empty text there. */
function partitionNotes(compiled: CompiledPipeline): string[] {
  return Object.values(compiled.pipeline.lake.tables).flatMap((table) => {
    const columns = tableColumns(compiled, table).filter(
      ({ name, type }) => type.kind === 'string' && table.partitionBy.includes(name),
    );
    return columns.map(
      ({ name, nullable }) =>
        `table ${table.name}: an empty text in partition column ${name} ${nullable ? 'is null there' : 'sends its row to quarantine'}, for Delta reads it as null`,
    );
  });
}

function lintChanges(before: string, after: string): number {
  const changes = changesBetween(versionIn(before), versionIn(after));
  for (const { what: origin, breaks, message } of changes)
    process.stdout.write(`${breaks ? 'breaking' : 'compatible'}: ${origin} ${message}\n`);
  const broken = changes.filter(({ breaks }) => breaks).length;
  const all = changes.length === 0 ? 'nothing changes' : counted(changes.length, 'change');
  process.stdout.write(
    `${after} against ${before}: ${broken > 0 ? `breaking (${broken} of ${all})` : `compatible (${all})`}\n`,
  );
  return broken > 0 ? 1 : 0;
}

/** @throws PipelineError */
function versionIn(folder: string): Version {
  const read = loadPipelineFolder(folder);
  if (!read.ok) throw new PipelineError(read.problems);
  return { compiled: PipelineSource.load(folder).compiled, contracts: read.loaded.contracts };
}

async function lintLogs(url: string, topology: Topology): Promise<number> {
  const nats = await connectCommand(url, 'lint', topology.pipeline.name);
  try {
    const faults = await recordedFaults(nats, topology);
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    if (faults.length === 0) process.stdout.write('its logs go on with it\n');
    return faults.length === 0 ? 0 : 1;
  } finally {
    await nats.nc.close();
  }
}

interface Wished {
  readonly wish: TableWish;
  readonly from: string;
}

function wishesOf(compiled: CompiledPipeline): Wished[] {
  return Object.values(compiled.pipeline.lake.tables).flatMap((table): Wished[] => {
    const wish = tableWish(compiled, table);
    return wish ? [{ wish, from: `${table.stage}.${table.origin}` }] : [];
  });
}

async function lintLake(url: string, wishes: readonly TableWish[]): Promise<number> {
  const store = await openStore(url, s3FromEnvironment());
  try {
    const clashes = await lakeClashes(store, wishes);
    for (const clash of clashes) process.stderr.write(`${clash}\n`);
    if (clashes.length === 0) process.stdout.write(`the tables of ${store.url} go on with it\n`);
    return clashes.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
