/** `afluente status`: tasks of a running pipeline. */
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import { fillWords } from '#terminal/fill-lines';
import { renderTable } from '#terminal/render-table';
import { connectCommand } from '../connect-command.js';
import { screenOf } from '../output/screen.js';
import { Observer, type TaskView } from '../progress/observer.js';

export interface StatusOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly json?: boolean;
}

export async function status(options: StatusOptions): Promise<number> {
  const { compiled } = PipelineSource.load(options.pipeline);
  const nats = await connectCommand(options.nats, 'status', compiled.pipeline.name);
  try {
    const observer = await Observer.open(nats, topologyOf(compiled));
    const views = await observer.views();
    observer.close();
    process.stdout.write(
      options.json ? `${JSON.stringify(views.map(plain))}\n` : render(views, screenOf(process.stdout).columns()),
    );
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
    ...(status?.waitsFor !== undefined && { waitsFor: status.waitsFor }),
    ...(status?.sinceMs !== undefined && { since: new Date(status.sinceMs).toISOString() }),
    ...(status?.reason !== undefined && { reason: status.reason }),
  };
}

function render(views: readonly TaskView[], columns: number | undefined): string {
  const tasks = views.map(plain);
  const head = ['task', 'state', 'owner', 'position', 'lag', 'watermark'];
  const rows = tasks.map(({ task, state, owner, position, lag, watermark }) => [
    task,
    state,
    owner ?? '-',
    String(position),
    String(lag),
    watermark ?? '-',
  ]);
  const reasons = tasks.filter(({ reason, state }) => reason !== undefined && state !== 'running').map(reasonLine);
  const table = renderTable(
    { head, rows, numbers: head.map((name) => name === 'position' || name === 'lag') },
    columns,
  );
  return [table, ...reasons.flatMap((reason) => fillWords(reason, columns))].map((line) => `${line}\n`).join('');
}

/** `silver waits for store since …: <reason>` */
function reasonLine({ task, waitsFor, since, reason }: ReturnType<typeof plain>): string {
  const what = waitsFor === undefined ? 'halted' : waitsFor === 'other' ? 'tries again' : `waits for ${waitsFor}`;
  return `${task} ${what}${since === undefined ? '' : ` since ${since}`}: ${reason}`;
}
