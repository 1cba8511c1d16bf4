/** kill -9 at every crash point and at random moments: after a restart nothing is lost and nothing is there twice. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { crashPoints } from '#runtime/ground/crash-point';
import type { Service } from '#stages/topology/topology';
import { publishEvents } from '../../apps/afluente/publish/publish-events.js';
import type { RunOptions } from '../../examples/example.js';
import { example } from '../../examples/sales-tech/example.js';
import { seededRandom } from '../../examples/sales-tech/random.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { allServices, Fleet } from './support/fleet.js';
import { checkLake } from './support/lake.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { Watch } from './support/watch.js';

const count = 5_000;
const perSecond = 1_500;
const runMsMax = 120_000;
/** All crash points are met by then. */
const pointsMsMax = 30_000;
/** Snapshots and their crash points come often enough to matter in a short run. */
const env = { AFL_SNAPSHOT_EVERY_MS: '400' };

type Plan = Partial<Record<Service, readonly string[]>>;

/** Every point in every service that reaches it, one at its first start and one at its second; points of different services share a run. */
const plans: readonly Plan[] = [
  {
    ingest: ['ingest.before-append:2', 'ingest.after-append:2'],
    validate: ['task.before-step:2', 'task.after-step:2'],
    enrich: ['task.after-step:2', 'task.after-append:2'],
    aggregate: ['task.after-append:2', 'task.stored:2'],
    'lake-writer': ['lake.files-written:1', 'lake.before-commit:1'],
  },
  {
    ingest: ['ingest.stored:2', 'trim.before:1'],
    validate: ['task.after-append:2', 'task.stored:2'],
    enrich: ['task.stored:2', 'task.before-step:2'],
    aggregate: ['task.before-snapshot:2', 'task.after-snapshot:2'],
    'lake-writer': ['lake.after-commit:1', 'lake.files-written:1'],
  },
  {
    ingest: ['trim.after:1'],
    validate: ['task.before-snapshot:2', 'task.after-snapshot:2'],
    enrich: ['trim.before:1', 'trim.after:1'],
    aggregate: ['task.before-step:2', 'task.after-step:2'],
    'lake-writer': ['lake.before-commit:1', 'lake.after-commit:1'],
  },
];

let work: TempDir;
let server: NatsServer;
let pipeline: string;
const running = new Set<Fleet>();

beforeAll(() => {
  work = makeTempDir('crash');
  pipeline = copyPipeline('examples/sales-tech', work.path);
});
afterAll(() => work.remove());

/** One run of the example, with `faults` at work while it publishes; then the check of its lake. */
async function runOf(
  name: string,
  crashAt: Plan,
  faults: (fleet: Fleet, published: Promise<void>) => Promise<void>,
): Promise<Fleet> {
  server = await startNats();
  const lake = join(work.path, `${name}-lake`);
  const watch = await Watch.open(server.url, pipeline);
  const run: RunOptions = { count, seed: 7, startMs: example.startMs(Date.now(), count) };
  try {
    const fleet = await Fleet.start({
      pipeline,
      nats: server.url,
      lake,
      logs: join(work.path, `${name}-logs`),
      env,
      crashAt,
    });
    running.add(fleet);
    const published = publishEvents(
      watch.nats,
      example,
      run,
      perSecond,
      new AbortController().signal,
      { published: 0, repeated: 0 },
      () => undefined,
    );
    await faults(fleet, published);
    await published;
    await watch.idle(runMsMax / 2);
    const { lost, extra, differences, bronze } = await checkLake(example, run, lake);
    expect({ bronze, lost, extra, differences }).toEqual({ bronze: count, lost: 0, extra: 0, differences: [] });
    return fleet;
  } finally {
    await watch.close();
  }
}

describe('the plans', () => {
  test('try every crash point', () => {
    const tried = new Set(
      plans.flatMap((plan) =>
        Object.values(plan)
          .flat()
          .map((point) => point.split(':')[0]),
      ),
    );
    // Acknowledged is only what comes from a stream of the user's (crash-queue.spec.ts).
    expect([...tried].sort()).toEqual(crashPoints.filter((point) => point !== 'ingest.acknowledged').sort());
  });
});

describe('kill -9', () => {
  afterEach(async () => {
    for (const fleet of running) await fleet.stop();
    running.clear();
    await server.stop();
  });

  test.each(
    plans.map(
      (plan) =>
        [
          Object.entries(plan)
            .map(([service, points]) => `${service} ${points.join(' and ')}`)
            .join(', '),
          plan,
        ] as const,
    ),
  )(
    '%s loses and repeats nothing',
    async (_, plan) => {
      const expected = Object.entries(plan).flatMap(([service, points]) =>
        points.map(() => ({ service, how: 'SIGKILL' })),
      );
      const fleet = await runOf(`points-${plans.indexOf(plan)}`, plan, async (live, published) => {
        await published;
        // Trimming, for one, comes some time after the last event.
        for (
          const untilMs = performance.now() + pointsMsMax;
          live.deaths.length < expected.length && performance.now() < untilMs;
        )
          await sleep(100);
      });
      const byService = (a: { service: string }, b: { service: string }): number => a.service.localeCompare(b.service);
      expect([...fleet.deaths].sort(byService)).toEqual(expected.sort(byService));
    },
    runMsMax,
  );

  test(
    'of every service at random moments loses and repeats nothing',
    async () => {
      const random = seededRandom(20_261);
      const killed: Service[] = [];
      const fleet = await runOf('random', {}, async (live, published) => {
        let publishing = true;
        void published.then(() => (publishing = false));
        while (publishing || killed.length < 2 * allServices.length) {
          await sleep(100 + random.below(400));
          const service = allServices[killed.length % allServices.length]!;
          if (!live.isRunning(service)) continue;
          live.kill(service);
          killed.push(service);
        }
      });
      expect(fleet.deaths.map(({ service }) => service).sort()).toEqual([...killed].sort());
    },
    runMsMax,
  );
});
