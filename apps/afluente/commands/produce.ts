/** `afluente produce`: publishes events with acknowledgement and idempotency keys. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Nats } from '#nats/ground/nats';
import { Publisher } from '#nats/messages/publisher';
import { takesSubject } from '#nats/streams/stream-info';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import type { Example } from '../../../examples/example.js';
import { connectCommand } from '../connect-command.js';
import { exampleOf } from '../examples.js';
import { Pace } from '../publish/pace.js';
import { type Publishing, publishEvents } from '../publish/publish-events.js';
import { readEventFile } from '../publish/read-event-file.js';
import { watchPublisher } from '../publish/watch-publisher.js';
import { stopSignal } from '../run/stop-signal.js';
import { UsageError } from '../run-command.js';
import { ensureFronts } from '../streams/ensure-fronts.js';

/** Name and value. */
export type Header = readonly [name: string, value: string];

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
  readonly header?: readonly Header[];
}

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

export async function produce(options: ProduceOptions): Promise<number> {
  const stop = stopSignal(say);
  const topology = topologyOf(PipelineSource.load(options.pipeline).compiled);
  const example = options.file === undefined ? await exampleOf(options.pipeline) : undefined;
  const nats = await connectCommand(options.nats, 'produce', topology.pipeline.name);
  try {
    await ensureFronts(nats, topology);
    const published = example
      ? await produceExample(nats, example, options, stop)
      : await produceFile(nats, options, stop);
    process.stdout.write(`${told(published)}\n`);
    return 0;
  } finally {
    await nats.nc.close();
  }
}

function told({ published, repeated }: Publishing): string {
  if (repeated === 0) return `${published} messages published and stored`;
  return `${published} messages published: ${published - repeated} stored, ${repeated} left out as repeats: the stream has had messages of the same ids within its duplicate window`;
}

async function produceExample(
  nats: Nats,
  example: Example,
  options: ProduceOptions,
  stop: AbortSignal,
): Promise<Publishing> {
  const progress = { published: 0, repeated: 0 };
  const run = {
    ...(options.events !== undefined && { count: options.events }),
    seed: options.seed,
    startMs: options.start ?? example.startMs(Date.now(), options.events),
  };
  await publishEvents(nats, example, run, options.rate, stop, progress, say);
  return progress;
}

/** The idempotency key is the hash of file, place, text and headers, so publishing a file again inside the duplicate window stores nothing twice. */
async function produceFile(
  nats: Nats,
  { subject, rate, events, file = '-', header: headers = [] }: ProduceOptions,
  stop: AbortSignal,
): Promise<Publishing> {
  if (subject === undefined) throw new UsageError('--file needs --subject: the subject to publish the lines to');
  if (!(await takesSubject(nats, subject)))
    throw new UsageError(
      `no stream takes the subject ${subject}. Name one of the subjects of the pipeline with --subject, or create a stream for it.`,
    );
  const publisher = new Publisher(nats.nc, { inboxPrefix: nats.inboxPrefix });
  const pace = new Pace(rate);
  const endWatch = watchPublisher(publisher, stop, say);
  let published = 0;
  try {
    for await (const line of textsIn(file)) {
      if (stop.aborted || published === events) break;
      const hash = createHash('sha256').update(`${file}\n${published}\n${line}`);
      if (headers.length > 0) hash.update(JSON.stringify(headers));
      const msgId = hash.digest('hex').slice(0, 32);
      const full = publisher.publish({ subject, payload: Buffer.from(line), msgId, headers });
      if (full) await full;
      published += 1;
      if (rate !== undefined) await pace.wait(1, stop);
    }
    await publisher.flush();
    return { published: published - publisher.givenUp, repeated: publisher.repeated };
  } finally {
    endWatch();
    publisher.close();
  }
}

/** Lines, as they are: one may be an array of events, or none. Of files that are something else by their name, the events in them. */
async function* textsIn(file: string): AsyncGenerator<string> {
  if (/\.(json|geojson|csv|tsv)$/i.test(file)) {
    for await (const { text } of readEventFile(file)) yield text;
    return;
  }
  try {
    const input = file === '-' ? process.stdin : createReadStream(file);
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      if (line.trim() !== '') yield line;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new UsageError(`there is no file ${file}`);
    throw cause;
  }
}
