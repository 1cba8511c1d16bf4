/** `afluente produce`: publishes events with acknowledgement and idempotency keys. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createHash } from 'node:crypto';
import type { Nats } from '#nats/connection';
import { Publisher } from '#nats/publisher';
import { takesSubject } from '#nats/streams';
import { PipelineSource } from '#runtime/pipeline-source';
import { topologyOf } from '#stages/topology';
import type { Example } from '../../../examples/example.js';
import { connectCommand } from '../connect-command.js';
import { ensureFronts } from '../ensure-fronts.js';
import { exampleOf } from '../examples.js';
import { Pace } from '../pace.js';
import { publishEvents } from '../publish-events.js';
import { UsageError } from '../run-command.js';
import { watchPublisher } from '../watch-publisher.js';
import { stopSignal } from '../stop-signal.js';

export interface ProduceOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly events?: number;
  readonly rate?: number;
  readonly seed: number;
  /** Event time of the first event, epoch ms. */
  readonly start?: number;
  readonly file?: string;
  readonly subject?: string;
}

export async function produce(options: ProduceOptions): Promise<number> {
  const stop = stopSignal();
  const topology = topologyOf(PipelineSource.load(options.pipeline).compiled.pipeline);
  const example = options.file === undefined ? await exampleOf(options.pipeline) : undefined;
  const nats = await connectCommand(options.nats, 'produce', topology.pipeline.name);
  try {
    await ensureFronts(nats, topology);
    const published = example ? await produceExample(nats, example, options, stop) : await produceFile(nats, options, stop);
    process.stdout.write(`${published} messages published and stored\n`);
    return 0;
  } finally {
    await nats.nc.close();
  }
}

async function produceExample(nats: Nats, example: Example, options: ProduceOptions, stop: AbortSignal): Promise<number> {
  const progress = { published: 0 };
  const run = { ...(options.events !== undefined && { count: options.events }), seed: options.seed, startMs: options.start ?? example.startMs(Date.now(), options.events) };
  await publishEvents(nats, example, run, options.rate, stop, progress);
  return progress.published;
}

/** The idempotency key is the hash of file, line number and line, so publishing a file again inside the duplicate window stores nothing twice. */
async function produceFile(nats: Nats, { subject, rate, events, file = '-' }: ProduceOptions, stop: AbortSignal): Promise<number> {
  if (subject === undefined) throw new UsageError('--file needs --subject: the subject to publish the lines to');
  if (!(await takesSubject(nats, subject))) throw new UsageError(`no stream takes the subject ${subject}. Name one of the subjects of the pipeline with --subject, or create a stream for it.`);
  const publisher = new Publisher(nats.nc, { inboxPrefix: nats.inboxPrefix });
  const pace = new Pace(rate);
  const endWatch = watchPublisher(publisher, stop);
  let published = 0;
  try {
    const input = file === '-' ? process.stdin : createReadStream(file);
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (stop.aborted || published === events) break;
      if (line.trim() === '') continue;
      const msgId = createHash('sha256').update(`${file}\n${published}\n${line}`).digest('hex').slice(0, 32);
      const full = publisher.publish({ subject, payload: Buffer.from(line), msgId });
      if (full) await full;
      published += 1;
      if (rate !== undefined) await pace.wait(1, stop);
    }
    await publisher.flush();
    return published - publisher.givenUp;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new UsageError(`there is no file ${file}`);
    throw cause;
  } finally {
    endWatch();
    publisher.close();
  }
}
