/** `afluente lint`: checks a pipeline folder without starting anything. */
import { PipelineSource } from '#runtime/pipeline-source';
import { topologyOf } from '#stages/topology';

export async function lint(folder: string): Promise<number> {
  const { compiled } = PipelineSource.load(folder);
  const { pipeline } = compiled;
  const { tasks } = topologyOf(pipeline);
  const counts = [
    counted(Object.keys(pipeline.sources).length, 'source'),
    counted(Object.keys(pipeline.windows).length, 'window'),
    counted(Object.keys(pipeline.lake.tables).length, 'table'),
    counted(tasks.length, 'task'),
  ];
  process.stdout.write(`${folder}: pipeline ${pipeline.name} is valid (${counts.join(', ')})\n`);
  return 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
