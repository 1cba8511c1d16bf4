/** Front streams must exist before the first event is published, whoever starts first. */
import type { Nats } from '#nats/ground/nats';
import { openFront } from '#runtime/logs/front-stream';
import { readStreamReplicas } from '#runtime/settings/config';
import { ingestTasks, type Topology } from '#stages/topology/topology';

export async function ensureFronts(nats: Nats, topology: Topology): Promise<void> {
  const replicas = readStreamReplicas();
  for (const task of ingestTasks(topology)) if (task.front.own) await openFront(nats, task, replicas);
}
