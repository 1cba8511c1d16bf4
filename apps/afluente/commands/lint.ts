/** `afluente lint`: checks a pipeline folder without starting anything, and on request against the version before it, and the logs that it has on a NATS. */

import type { Version } from '#changes/change';
import { changesBetween } from '#changes/changes-between';
import { loadPipelineFolder } from '#pipeline-folder/load';
import { PipelineError, PipelineSource } from '#runtime/service/pipeline-source';
import { type CompiledPipeline, tableColumns } from '#stages/tables/compile-pipeline';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { connectCommand } from '../connect-command.js';
import { recordedFaults } from '../streams/recorded-faults.js';

export interface LintOptions {
  /** Folder of the version that runs: say what would become of it. */
  readonly against?: string;
  /** Look at the logs there, too. */
  readonly nats?: string;
}

/** @returns 0 when the services would take the folder, and go on with it; else 1 */
export async function lint(folder: string, { nats, against }: LintOptions): Promise<number> {
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
  const codes = [
    against === undefined ? 0 : lintChanges(against, folder),
    nats === undefined ? 0 : await lintLogs(nats, topology),
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

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
