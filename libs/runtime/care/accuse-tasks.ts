/** Notes the tasks in whose steps a process stands still, over a connection of its own: that of the process stands still, too. */
import { deathKeyOf, inboxPrefixOf, leasesBucketOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import { accused, parseDeathRecord } from './death-record.js';
import type { WatchdogData } from './watchdog.js';

type Where = Pick<WatchdogData, 'pipeline' | 'service' | 'natsUrl' | 'natsAccess' | 'streamReplicas'>;

export async function accuseTasks(
  { pipeline, service, natsUrl, natsAccess, streamReplicas }: Where,
  tasks: readonly string[],
): Promise<void> {
  const nats = await connectNats(natsUrl, `afluente-${service}-watchdog`, {
    ...natsAccess,
    inboxPrefix: inboxPrefixOf(pipeline, service),
  });
  const bucket = await nats.openBucket(leasesBucketOf(pipeline), { replicas: streamReplicas });
  for (const task of tasks) {
    const known = await bucket.get(deathKeyOf(task));
    await bucket.put(
      deathKeyOf(task),
      JSON.stringify(accused(known && parseDeathRecord(Buffer.from(known.value).toString()))),
    );
  }
  await nats.nc.close();
}
