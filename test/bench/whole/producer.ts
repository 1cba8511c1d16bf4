/** The producer of the benchmark: a process of its own. Publishes on "go", reports when all is stored. */
import { pathToFileURL } from 'node:url';
import { connectNats } from '#nats/connection/connection';
import { Publisher } from '#nats/messages/publisher';
import { Pace } from '../../../apps/afluente/publish/pace.js';
import { type EventMaker, type Load, type Message, messages } from './workload.js';

export interface ProducerJob {
  readonly url: string;
  readonly program: string;
  readonly load: Load;
  readonly rate: number | undefined;
  /** Prepared before "go", so that making the events is not part of the measurement. */
  readonly prepared: boolean;
}

process.once('message', (job: ProducerJob) => void run(job));

async function run(job: ProducerJob): Promise<void> {
  const { example } = (await import(pathToFileURL(job.program).href)) as { example: EventMaker };
  const nats = await connectNats(job.url, 'bench-producer');
  const publisher = new Publisher(nats.nc);
  const prepared: Message[][] = [];
  if (job.prepared) for await (const batch of messages(example, job.load)) prepared.push(batch);
  const go = new Promise((resolve) => process.once('message', resolve));
  process.send!({ ready: true });
  await go;
  const pace = new Pace(job.rate);
  const startedMs = Date.now();
  for await (const batch of job.prepared ? prepared : messages(example, job.load)) {
    for (const message of batch) {
      const full = publisher.publish(message);
      if (full) await full;
      if (job.rate !== undefined) await pace.wait(message.events);
    }
  }
  await publisher.flush();
  process.send!({ done: true, startedMs, endedMs: Date.now() });
  // Stays until the parent has read its CPU time.
  process.once('message', () => void nats.nc.close().then(() => process.exit(0)));
}
