/** Front streams must exist before the first event is published, whoever starts first. */
import type { Nats } from '#nats/connection';
import { openFront } from '#runtime/front-stream';
import { readStreamReplicas } from '#runtime/config';
import type { Topology } from '#stages/topology';

export async function ensureFronts(nats: Nats, { tasks }: Topology): Promise<void> {
  const replicas = readStreamReplicas();
  for (const task of tasks) if (task.kind === 'ingest' && task.front.own) await openFront(nats, task, replicas);
}
