/** `afluente status`: tasks of a running pipeline. */
import { PipelineSource } from '#runtime/pipeline-source';
import { topologyOf } from '#stages/topology';
import { connectCommand } from '../connect-command.js';
import { Observer, type TaskView } from '../observer.js';
import { renderColumns } from '../render-columns.js';

export interface StatusOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly json?: boolean;
}

export async function status(options: StatusOptions): Promise<number> {
  const { pipeline } = PipelineSource.load(options.pipeline).compiled;
  const nats = await connectCommand(options.nats, 'status', pipeline.name);
  try {
    const observer = await Observer.open(nats, topologyOf(pipeline));
    const views = await observer.views();
    observer.close();
    process.stdout.write(options.json ? `${JSON.stringify(views.map(plain))}\n` : render(views));
    return 0;
  } finally {
    await nats.nc.close();
  }
}

function plain({ task, status, position, lag }: TaskView) {
  return {
    task: task.name,
    owner: status?.owner ?? null,
    state: status?.state ?? 'not started',
    position,
    lag,
    waiting: status?.waiting ?? 0,
    watermark: status?.watermarkMs == null ? null : new Date(status.watermarkMs).toISOString(),
    ...(status?.reason !== undefined && { reason: status.reason }),
  };
}

function render(views: readonly TaskView[]): string {
  const rows = views.map(plain);
  const lines = renderColumns(
    ['task', 'state', 'owner', 'position', 'lag', 'watermark'],
    rows.map((row) => [row.task, row.state, row.owner ?? '-', String(row.position), String(row.lag), row.watermark ?? '-']),
  );
  const reasons = rows.filter((row) => row.reason !== undefined && row.state !== 'running').map((row) => `${row.task}: ${row.reason}\n`);
  return lines + reasons.join('');
}
