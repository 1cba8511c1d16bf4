/** Front streams must exist before the first event is published, whoever starts first. */
import type { Nats } from '#nats/connection';
import { ensureLog } from '#nats/streams';
import type { Topology } from '#stages/topology';

export async function ensureFronts(nats: Nats, { tasks }: Topology): Promise<void> {
  for (const task of tasks) {
    if (task.kind !== 'ingest' || task.source.front.kind !== 'subjects') continue;
    await ensureLog(nats, task.front.stream, [...task.source.front.subjects], { bytesMax: task.source.front.bytesMax, replicas: 1 });
  }
}
