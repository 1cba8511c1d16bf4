/** Waits until a connection that was cut works again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsClient } from '#nats/ground/nats';

const waitMsMax = 15_000;

/** Resolves when JetStream answers; rejects when the client has given up or time is over. */
export async function answers({ nc, jsm }: NatsClient): Promise<void> {
  const untilMs = performance.now() + waitMsMax;
  for (;;) {
    try {
      await jsm.getAccountInfo();
      return;
    } catch (cause) {
      if (nc.isClosed() || performance.now() > untilMs) throw new Error('the connection did not come back', { cause });
      await sleep(100);
    }
  }
}
