/** An administrator's act on the servers, tried until they answer: a cluster may take longer than the harness's patience. */
import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';

const msMax = 15_000;
const retryMs = 300;

/** @param act may be done more than once; what it acts on may be gone by then */
export async function persist(act: () => Promise<unknown>): Promise<void> {
  const untilMs = performance.now() + msMax;
  for (;;) {
    try {
      return void (await act());
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return;
      if (performance.now() > untilMs) throw error;
      await sleep(retryMs);
    }
  }
}
