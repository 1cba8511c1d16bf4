/** Publishes an example's events to the front streams. */
import type { Example, RunOptions } from '../../examples/example.js';
import { Publisher } from '#nats/publisher';
import type { Nats } from '#nats/connection';
import { Pace } from './pace.js';
import { watchPublisher } from './watch-publisher.js';

/** Batches are split so that a slow rate stays even. */
const PACED_MESSAGES = 100;

export interface Publishing {
  published: number;
}

/** @param progress counts as it goes @returns when everything is stored, or `stop` was raised */
export async function publishEvents(nats: Nats, example: Example, options: RunOptions, rate: number | undefined, stop: AbortSignal, progress: Publishing): Promise<void> {
  const publisher = new Publisher(nats.nc, { inboxPrefix: nats.inboxPrefix });
  const pace = new Pace(rate);
  const endWatch = watchPublisher(publisher, stop);
  try {
    for await (const batch of example.events(options)) {
      for (let at = 0; at < batch.length && !stop.aborted; at += PACED_MESSAGES) {
        const part = batch.slice(at, at + PACED_MESSAGES);
        for (const message of part) {
          const full = publisher.publish(message);
          if (full) await full;
        }
        progress.published += part.length;
        await pace.wait(part.length, stop);
      }
      if (stop.aborted) break;
    }
    await publisher.flush();
    progress.published -= publisher.givenUp;
  } finally {
    endWatch();
    publisher.close();
  }
}
