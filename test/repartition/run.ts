/** Partitions of a source change their number while events come and processes are killed: what is in the lake then, in which order, and how long events waited. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import { type Random, seededRandom } from '../../examples/sales-tech/random.js';
import { withLake } from '../e2e/support/lake.js';
import { makeOrders, pastStartMs } from '../e2e/support/orders.js';
import { copyPipeline } from '../e2e/support/pipeline-copy.js';
import { Watch } from '../e2e/support/watch.js';
import { startNats } from '../support/nats-server.js';
import { makeTempDir } from '../support/temp-dir.js';
import { Fleets } from './fleets.js';
import { longestDelays } from './longest-delay.js';
import { orderBreaksOf } from './order-breaks-of.js';
import { Producer } from './producer.js';
import { stolenMs } from './stolen-time.js';

export interface RunOptions {
  /** Events a second. */
  readonly rate: number;
  /** One after the other. */
  readonly partitions: readonly number[];
  /** With each number. */
  readonly secondsEach: number;
  /** Of processes, at each change. */
  readonly killsEach: number;
  /** Services get the new number one after the other, as a Deployment does it; otherwise all are killed at once, and start again with it. */
  readonly rolling: boolean;
  /** Processes of each service. */
  readonly replicas: number;
  readonly seed: number;
  /** Told what happens, and when: seconds since the run began. */
  readonly tell?: (seconds: number, what: string) => void;
}

export interface Verdict {
  readonly published: number;
  readonly lost: number;
  readonly extra: number;
  readonly quarantined: number;
  /** Rows of gold that say something else than silver does. */
  readonly wrongResults: number;
  /** Events of a key that are in the lake before one that was published earlier. */
  readonly orderBreaks: number;
  readonly kills: number;
  /** The longest time from an event's arrival in the front stream until its enriched frame was stored. */
  readonly longestDelayMs: number;
  /** What the host took from the processors meanwhile: a delay beside much of it says little. */
  readonly stolenMs: number;
}

/** Between kills: a process that was killed needs more than the least of it to start again. */
const killsApartMs = { min: 3_000, spread: 4_000 };
const idleMsMax = 120_000;

export async function runRepartition(options: RunOptions): Promise<Verdict> {
  const { rate, partitions, secondsEach, replicas, seed } = options;
  const work = makeTempDir('repartition');
  const stolenBeforeMs = stolenMs();
  const server = await startNats();
  const pipeline = copyPipeline('test/pipelines/orders', work.path, {});
  const lake = join(work.path, 'lake');
  partition(pipeline, partitions.slice(0, 1));
  const first = await Watch.open(server.url, pipeline);
  const env = { AFL_LOG_RETENTION_MS: '3600000' };
  const logs = join(work.path, 'logs');
  const fleets = await Fleets.start({ pipeline, nats: server.url, lake: `file:${lake}`, logs, env }, replicas);
  try {
    const startedMs = Date.now();
    const orders = makeOrders(Math.ceil(rate * secondsEach * partitions.length * 2), {
      startMs: pastStartMs(startedMs),
      seed,
    });
    const producer = new Producer(first.nats, orders, rate);
    const tell = (what: string, ms = Date.now()): void => options.tell?.((ms - startedMs) / 1000, what);
    const kills = await changePartitions(options, pipeline, fleets, tell);
    const published = await producer.stop();
    const longestDelayMs = await settle(server.url, pipeline, tell);
    await fleets.stop();
    const orderBreaks = await orderBreaksOf(join(lake, 'silver_orders'));
    return {
      ...(await judge(`file:${lake}`, published)),
      orderBreaks,
      kills,
      longestDelayMs,
      stolenMs: stolenMs() - stolenBeforeMs,
    };
  } finally {
    await fleets.stop();
    await first.close();
    await server.stop();
    work.remove();
  }
}

/** Until everything is in the lake. @returns the longest delay of an event, ms */
async function settle(url: string, pipeline: string, tell: (what: string, ms: number) => void): Promise<number> {
  const watch = await Watch.open(url, pipeline);
  await watch.idle(idleMsMax);
  await watch.close();
  const delays = await longestDelays(url, topologyOf(PipelineSource.load(pipeline).compiled));
  for (const { ms, partition: at, storedMs } of delays.slice(0, 5)) tell(`enriched in ${at} after ${ms} ms`, storedMs);
  return delays[0]?.ms ?? 0;
}

/** @returns how many processes were killed at random */
async function changePartitions(
  { partitions, secondsEach, killsEach, rolling, seed }: RunOptions,
  pipeline: string,
  fleets: Fleets,
  tell: (what: string) => void,
): Promise<number> {
  const random = seededRandom(seed);
  await sleep(secondsEach * 1000);
  for (let at = 1; at < partitions.length; at++) {
    partition(pipeline, partitions.slice(0, at + 1));
    tell(`${partitions[at]} partitions`);
    const rollout = rolling ? fleets.replaceAll() : fleets.killAll();
    await killSome(killsEach, random, fleets, tell);
    await rollout;
    tell('all services know them');
    await sleep(secondsEach * 1000);
  }
  return killsEach * (partitions.length - 1);
}

async function killSome(kills: number, random: Random, fleets: Fleets, tell: (what: string) => void): Promise<void> {
  for (let done = 0; done < kills; done++) {
    await sleep((done === 0 ? 0 : killsApartMs.min) + random.below(killsApartMs.spread));
    tell(`killed ${fleets.killOne(random)}`);
  }
}

function partition(pipeline: string, numbers: readonly number[]): void {
  const file = join(pipeline, 'pipeline.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/partitions: .*/, `partitions: [${numbers.join(', ')}]`));
}

const counts = `
  SELECT count(*) AS rows, count(DISTINCT order_id) AS ids,
    (SELECT count(*) FROM bronze_orders) AS bronze, (SELECT count(*) FROM quarantine_orders) AS quarantined
  FROM silver_orders`;
const wrong = `
  WITH told AS (SELECT window_start, customer, orders, pieces, CAST(dearest AS DECIMAL(14,2)) AS dearest FROM gold_by_customer_latest),
    real AS (SELECT time_bucket(INTERVAL 10 SECOND, placed_at) AS window_start, customer, count(*) AS orders, CAST(sum(pieces) AS BIGINT) AS pieces, CAST(max(price) AS DECIMAL(14,2)) AS dearest FROM silver_orders GROUP BY ALL),
    told_states AS (SELECT window_start, state, orders, customers, CAST(revenue AS DECIMAL(18,2)) AS revenue FROM sales_by_state_latest),
    real_states AS (SELECT time_bucket(INTERVAL 10 SECOND, placed_at) AS window_start, state, count(*) AS orders, count(DISTINCT customer) AS customers, CAST(sum(total) AS DECIMAL(18,2)) AS revenue FROM silver_orders GROUP BY ALL)
  SELECT (SELECT count(*) FROM ((FROM told EXCEPT FROM real) UNION ALL (FROM real EXCEPT FROM told)))
    + (SELECT count(*) FROM ((FROM told_states EXCEPT FROM real_states) UNION ALL (FROM real_states EXCEPT FROM told_states))) AS wrong`;

async function judge(
  lake: string,
  published: number,
): Promise<Pick<Verdict, 'published' | 'lost' | 'extra' | 'quarantined' | 'wrongResults'>> {
  return withLake(lake, async (ask) => {
    const [found] = (await ask(counts)) as unknown as Array<{
      rows: number;
      ids: number;
      bronze: number;
      quarantined: number;
    }>;
    const [results] = (await ask(wrong)) as unknown as Array<{ wrong: number }>;
    const { rows, ids, bronze, quarantined } = found!;
    return {
      published,
      lost: Math.max(published - ids, published - bronze),
      extra: Math.max(rows - ids, bronze - published),
      quarantined,
      wrongResults: results!.wrong,
    };
  });
}
