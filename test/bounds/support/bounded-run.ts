/** The five services under a load they cannot take at once: what producers hear, how much memory it costs, and that all of it arrives in the end. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogStage, streamOf } from '#frame/log-name';
import { Publisher } from '#nats/messages/publisher';
import { streamInfo } from '#nats/streams/stream-info';
import type { Service } from '#stages/topology/topology';
import type { StoreOptions } from '#store/open-store';
import { allServices, Fleet } from '../../e2e/support/fleet.js';
import { type Row, withLake } from '../../e2e/support/lake.js';
import { makeOrders, type Order, pastStartMs, toBytes } from '../../e2e/support/orders.js';
import { copyPipeline, type Edits, quick } from '../../e2e/support/pipeline-copy.js';
import { Watch } from '../../e2e/support/watch.js';
import type { NatsVersion } from '../../support/nats/nats-options.js';
import { type NatsServer, startNats } from '../../support/nats-server.js';
import { makeTempDir, type TempDir } from '../../support/temp-dir.js';
import { peakMebibytes } from './peak-memory.js';

export interface BoundedRunOptions {
  readonly name: string;
  /** Size of the front stream, as the pipeline file has it. */
  readonly frontBytesMax: string;
  readonly env: Readonly<Record<string, string>>;
  /** Default: the server that the set-up found. */
  readonly version?: NatsVersion;
  /** Largest message of the server, bytes. Default: NATS's own, 1 MiB. */
  readonly payloadBytesMax?: number;
  /** Default: a folder on the local disk. */
  readonly lakeUrl?: string;
  readonly store?: StoreOptions;
  /** Further changes of the pipeline's files. */
  readonly edits?: Edits;
}

const subject = 'shop.orders';
const inFlightMax = 2_000;
const largeInFlightMax = 20;
const ackTimeoutMs = 5_000;
const partitions = 3;
/** A frame takes up to a sixteenth of a log, and another one is kept free. */
const fullShareMin = 0.8;

export class BoundedRun {
  readonly #publisher: Publisher;

  private constructor(
    private readonly work: TempDir,
    private readonly server: NatsServer,
    private readonly watch: Watch,
    readonly fleet: Fleet,
    private readonly lakeUrl: string,
    private readonly store: StoreOptions,
  ) {
    this.#publisher = new Publisher(watch.nats.nc, { inFlightMax, ackTimeoutMs });
  }

  static async open({
    name,
    frontBytesMax,
    env,
    version,
    payloadBytesMax,
    lakeUrl,
    store = {},
    edits: more = {},
  }: BoundedRunOptions): Promise<BoundedRun> {
    const work = makeTempDir(`bounds-${name}`);
    const withFront = (text: string): string =>
      quick['pipeline.yaml']!(text).replace(
        `partitions: ${partitions}`,
        `bytesMax: ${frontBytesMax}\n    partitions: ${partitions}`,
      );
    const edits: Edits = { ...more, 'pipeline.yaml': (text) => (more['pipeline.yaml'] ?? String)(withFront(text)) };
    const pipeline = copyPipeline('test/pipelines/orders', work.path, edits);
    const server = await startNats({
      version,
      ...(payloadBytesMax !== undefined && { config: { max_payload: payloadBytesMax } }),
    });
    const watch = await Watch.open(server.url, pipeline);
    const lake = lakeUrl ?? `file:${join(work.path, 'lake')}`;
    const fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs'), env });
    return new BoundedRun(work, server, watch, fleet, lake, store);
  }

  /** What the server said to publishes that it refused. */
  get refusals(): { readonly count: number; readonly last: string } {
    return this.#publisher.refusals;
  }

  /** Publishes orders as fast as NATS takes them, and again those that it refuses; resolves when all are stored. */
  async publish(count: number): Promise<void> {
    for (const order of makeOrders(count, { startMs: pastStartMs(Date.now()) })) {
      const full = this.#publisher.publish({ subject, payload: toBytes(order) });
      if (full) await full;
    }
    await this.#publisher.flush();
  }

  /** Publishes large orders, a few at a time: the test's own memory is bounded too. */
  async publishLarge(orders: Iterable<Order>): Promise<void> {
    let waiting = 0;
    for (const order of orders) {
      void this.#publisher.publish({ subject, payload: toBytes(order) });
      if (++waiting % largeInFlightMax === 0) await this.#publisher.flush();
    }
    await this.#publisher.flush();
  }

  /** Resolves when NATS has refused a publish. */
  async refused(msMax: number): Promise<void> {
    const untilMs = performance.now() + msMax;
    while (this.refusals.count === 0) {
      if (performance.now() > untilMs) throw new Error(`no publish was refused within ${msMax} ms`);
      await sleep(50);
    }
  }

  /** Resolves when a log of a stage has hardly any room left. */
  async filled(stage: LogStage, msMax: number): Promise<void> {
    const untilMs = performance.now() + msMax;
    while (!(await this.#isFull(stage))) {
      if (performance.now() > untilMs) throw new Error(`no ${stage} log is full after ${msMax} ms`);
      await sleep(100);
    }
  }

  async #isFull(stage: LogStage): Promise<boolean> {
    for (let partition = 0; partition < partitions; partition++) {
      const info = await streamInfo(
        this.watch.nats,
        streamOf({ pipeline: 'orders', stage, origin: 'orders', partition }),
      );
      if (info && info.state.bytes > info.config.max_bytes * fullShareMin) return true;
    }
    return false;
  }

  /** Resolves when all that was published is in the lake. */
  async drained(msMax: number): Promise<void> {
    await this.watch.idle(msMax);
  }

  /** Rows, and different orders, of silver; and the orders that the latest revisions of the windows count. */
  async counts(): Promise<Row> {
    const latest = (table: string, key: string): string =>
      `(SELECT sum(orders) FROM (SELECT arg_max(orders, revision) AS orders FROM ${table} GROUP BY window_start, ${key}))`;
    return withLake(
      this.lakeUrl,
      async (ask) =>
        (
          await ask(`SELECT count(*) AS rows, count(DISTINCT order_id) AS ids,
      CAST(${latest('sales_by_state', 'state')} AS BIGINT) AS merged, CAST(${latest('gold_by_customer', 'customer')} AS BIGINT) AS windowed FROM silver_orders`)
        )[0]!,
      this.store,
    );
  }

  /** Peak memory of each service, whole MiB. */
  peaks(): Readonly<Record<Service, number>> {
    return Object.fromEntries(
      allServices.map((service) => [service, Math.ceil(peakMebibytes(this.fleet.pid(service)!))]),
    ) as Record<Service, number>;
  }

  async close(): Promise<void> {
    this.#publisher.giveUp();
    this.#publisher.close();
    for (const service of allServices) this.fleet.resume(service);
    await this.fleet.stop();
    await this.watch.close();
    await this.server.stop();
    this.work.remove();
  }
}
