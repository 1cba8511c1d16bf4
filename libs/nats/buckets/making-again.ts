/** Does something with a bucket's stream that may be gone: somebody has deleted it, or NATS came back without it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';

/**
 * nats-server 2.9 removes the files of a deleted stream behind its answer, and with them those of one that is made under the same name meanwhile: that one takes
 * messages, and never gives them to a reader. Of 300 buckets that were made again at once, 22 were such; of 100 after this time, none.
 */
const removalMs = 500;

/** @param make makes the stream again, empty: then `act` is tried a second time */
export async function makingAgain<T>(act: () => Promise<T>, make: () => Promise<unknown>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isGone(error)) throw error;
    await sleep(removalMs);
    await make();
    return act();
  }
}

/** No such stream; or, for a publish, nobody who takes it. A cluster without a leader says the latter too: then it makes nothing. */
function isGone(error: unknown): boolean {
  return error instanceof JetStreamApiError
    ? error.code === JetStreamApiCodes.StreamNotFound
    : (error as Error).name === 'JetStreamNotEnabled';
}
