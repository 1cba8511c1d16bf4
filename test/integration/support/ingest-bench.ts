/** One ingest task on a server of each test's own, kept running, and what it has written into its raw logs. */
import { afterEach } from '@jest/globals';
import type { PubAck } from '@nats-io/jetstream';
import { tableFromIPC } from 'apache-arrow';
import { type LogName, streamOf } from '#frame/log-name';
import { connectNats, watchReconnects } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { streamInfo } from '#nats/streams/stream-info';
import type { Pipeline } from '#pipeline/model/model';
import type { RuntimeContext } from '#runtime/cluster/context';
import { IngestTask } from '#runtime/ingest/ingest-task';
import type { RawEvent } from '#stages/raw/raw-columns';
import { rawRows } from '#stages/raw/raw-rows';
import { ingestTasks, type IngestTask as Spec } from '#stages/topology/topology';
import type { NatsOptions } from '../../support/nats/nats-options.js';
import { type NatsServer, startNats } from '../../support/nats-server.js';
import { openReader } from './frames.js';
import { type KeptRunning, keepRunning, makeContext, pipelineOf, until } from './runtime.js';

/** The front stream of `pipelineOf`. */
export const front = 'afl_test_front_events';

export type Pair = readonly [name: string, value: string | null];

export interface Found extends RawEvent {
  readonly partition: number;
  readonly pairs: Pair[] | null;
  readonly text: string;
}

export const event = (id: number | string, user = `user ${id}`): string =>
  JSON.stringify({ id: String(id), user, at: '2026-01-01T00:00:00Z' });

/** Closes behind each test of the spec that calls it what the test has opened. @param client how it names itself */
export function ingestBench(client: string): IngestBench {
  const bench = new IngestBench(client);
  afterEach(() => bench.close());
  return bench;
}

export class IngestBench {
  server!: NatsServer;
  nats!: NatsClient;
  context!: RuntimeContext;
  task!: IngestTask;
  #spec!: Spec;
  #running: KeptRunning | undefined;

  constructor(private readonly client: string) {}

  async open(pipeline = pipelineOf('subjects: [in.>]'), options: NatsOptions = {}): Promise<void> {
    this.server = await startNats(options);
    this.nats = await connectNats(this.server.url, this.client);
    await this.#openTask(pipeline);
    void watchReconnects(this.nats.nc, () => this.task.onReconnect());
  }

  /** A task of another version of the pipeline in the place of the one before, as after a restart. */
  async replacePipeline(pipeline: Pipeline): Promise<void> {
    this.context.board.close();
    await this.#openTask(pipeline);
  }

  async #openTask(pipeline: Pipeline): Promise<void> {
    this.context = await makeContext(this.nats, pipeline);
    this.#spec = ingestTasks(this.context.topology)[0]!;
    this.task = new IngestTask(this.context, this.#spec, 1_000);
  }

  /** A task with other settings in the place of the one before. */
  replaceTask(config: Partial<RuntimeContext['config']>): void {
    const context = { ...this.context, config: { ...this.context.config, ...config } };
    this.task = new IngestTask(context, this.#spec, 1_000);
  }

  /** Keeps the task running from here on. */
  run(): void {
    this.#running = keepRunning(this.task, this.context);
  }

  /** The task since `run`. */
  get running(): KeptRunning {
    if (!this.#running) throw new Error('no task runs yet');
    return this.#running;
  }

  async close(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
    this.context.board.close();
    await this.nats.nc.close();
    await this.server.stop();
  }

  publish(payload: string | Uint8Array, subject = 'in.a', msgID?: string): Promise<PubAck> {
    return this.nats.js.publish(subject, payload, msgID === undefined ? {} : { msgID });
  }

  /** Resolves when ingest has stored everything the front stream has. */
  caughtUp(stream = front): Promise<void> {
    return until(
      async () => this.task.status().inputs[0]?.position === (await streamInfo(this.nats, stream))?.state.last_seq,
    );
  }

  /** All events of the raw logs, in the order of the front stream. */
  async rawEvents(): Promise<Found[]> {
    const found: Found[] = [];
    for (const [partition, log] of this.#spec.outputs.entries()) {
      for (const data of await this.#sectionsOf(log)) found.push(...eventsIn(data, partition));
    }
    return found.sort((a, b) => a.seq - b.seq || a.index - b.index);
  }

  async #sectionsOf(log: LogName): Promise<Uint8Array[]> {
    const state = (await streamInfo(this.nats, streamOf(log)))?.state;
    if (!state || state.messages === 0) return [];
    const { reader, take } = await openReader(
      this.nats,
      streamOf(log),
      { seq: state.first_seq - 1 },
      { bufferBytesMax: 32 * 1024 * 1024 },
    );
    const frames = await take(state.messages);
    reader.close();
    return frames.flatMap(({ sections }) => sections.map(({ data }) => data));
  }
}

function eventsIn(data: Uint8Array, partition: number): Found[] {
  const rows = rawRows(data);
  const lists = Array.from(
    tableFromIPC(data as Uint8Array<ArrayBuffer>).getChild('headers')!,
    (list: Iterable<{ name: string; value: string | null }> | null) =>
      list && Array.from(list, ({ name, value }): Pair => [name, value]),
  );
  return Array.from({ length: rows.rows }, (_, row) => {
    const one = rows.event(row);
    const text = Buffer.from(one.bytes.subarray(one.start, one.end)).toString();
    return { ...one, partition, pairs: lists[row]!, text };
  });
}
