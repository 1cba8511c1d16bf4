/** Publishes an example's events to the front streams. */
import type { Nats } from '#nats/ground/nats';
import { Publisher } from '#nats/messages/publisher';
import type { Example, RunOptions } from '../../../examples/example.js';
import { Pace } from './pace.js';
import { watchPublisher } from './watch-publisher.js';

/** Batches are split so that a slow rate stays even. */
const pacedMessages = 100;

export interface Publishing {
  published: number;
  /** Of these, those that the stream had already. */
  repeated: number;
}

/** @param progress counts as it goes @returns when everything is stored, or `stop` was raised */
export async function publishEvents(
  nats: Nats,
  example: Example,
  options: RunOptions,
  rate: number | undefined,
  stop: AbortSignal,
  progress: Publishing,
  say: (text: string) => void,
): Promise<void> {
  const publisher = new Publisher(nats.nc, { inboxPrefix: nats.inboxPrefix });
  const pace = new Pace(rate);
  const endWatch = watchPublisher(publisher, stop, say);
  try {
    for await (const batch of example.events(options)) {
      for (let at = 0; at < batch.length && !stop.aborted; at += pacedMessages) {
        const part = batch.slice(at, at + pacedMessages);
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
    progress.repeated = publisher.repeated;
  } finally {
    endWatch();
    publisher.close();
  }
}
