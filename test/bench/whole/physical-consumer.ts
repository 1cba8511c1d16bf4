/** The physical reference: consumes every message of a stream once and does nothing with it. */
import { connectNats } from '#nats/connection/connection';
import { StreamReader } from '#nats/messages/stream-reader';

export interface PhysicalJob {
  readonly url: string;
  readonly stream: string;
  readonly messages: number;
}

process.once('message', (job: PhysicalJob) => void run(job));

async function run({ url, stream, messages }: PhysicalJob): Promise<void> {
  const nats = await connectNats(url, 'physical-consumer');
  let received = 0;
  let bytes = 0;
  const all = new Promise<void>((resolve) => {
    new StreamReader(
      nats,
      { stream, startSeq: 1, batchMessages: 5_000, batchBytes: 4 * 1024 * 1024 },
      {
        hasRoom: () => true,
        onError: (error) => console.error(error.message),
        onFailure: (error) => console.error(error.message),
        onMessage: (message) => {
          bytes += message.data.length;
          if (++received === messages) resolve();
        },
      },
    );
  });
  process.send!({ ready: true });
  await all;
  process.send!({ done: true, bytes });
  process.once('message', () => void nats.nc.close().then(() => process.exit(0)));
}
