/** Looks at the lake of a pipeline: whether it answers, and how each table stands. */
import { inspectTable } from '#lake/log/inspect-table';
import { mapFew } from '#nats/ground/map-few';
import type { S3Config } from '#runtime/settings/config';
import { lakeTasks, type Topology } from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import { openStore } from '#store/open-store';
import type { LakeFacts } from './facts.js';
import { look } from './looked.js';

const tablesAtOnceMax = 8;
const closeMsMax = 1_000;

/** @throws StoreError when it does not answer */
export async function lookAtLake(url: string, s3: S3Config, topology: Topology | undefined): Promise<LakeFacts> {
  const store = await openStore(url, { s3 });
  try {
    await answer(store);
    const tasks = topology ? lakeTasks(topology) : [];
    const tables = await mapFew(tasks, tablesAtOnceMax, async (task) => ({
      task,
      look: await look(() => inspectTable(store, task.table.name)),
    }));
    return { url: store.url, tables };
  } finally {
    await look(() => store.close(), closeMsMax);
  }
}

async function answer(store: ObjectStore): Promise<void> {
  const answered = await look(async () => {
    for await (const _ of store.list('')) return;
  });
  if (!answered.seen) throw answered.why;
}
