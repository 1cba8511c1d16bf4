/** `afluente lint`: checks a pipeline folder without starting anything. */
import { PipelineSource } from '#runtime/pipeline-source';
import { topologyOf } from '#stages/topology';

export async function lint(folder: string): Promise<number> {
  const { compiled } = PipelineSource.load(folder);
  const { pipeline } = compiled;
  const { tasks } = topologyOf(pipeline);
  const counts = `${Object.keys(pipeline.sources).length} sources, ${Object.keys(pipeline.windows).length} windows, ${Object.keys(pipeline.lake.tables).length} tables, ${tasks.length} tasks`;
  process.stdout.write(`${folder}: pipeline ${pipeline.name} is valid (${counts})\n`);
  return 0;
}
