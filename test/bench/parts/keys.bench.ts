/**
 * What many keys in one window cost: the five services take one event of each user, all in one hour, publish the window and restart with it.
 * Run: node dist/test/bench/parts/keys.bench.js --keys 1000000
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { Publisher } from '#nats/messages/publisher';
import { startNats } from '../../../apps/afluente/run/nats-process.js';
import { peakMebibytes } from '../../bounds/support/peak-memory.js';
import { allServices, Fleet } from '../../e2e/support/fleet.js';
import { withLake } from '../../e2e/support/lake.js';
import { Watch } from '../../e2e/support/watch.js';
import { freePort } from '../../support/free-port.js';

const { keys } = new Command('keys.bench')
  .option('--keys <n>', 'users, one event each', Number, 1_000_000)
  .parse()
  .opts<{ keys: number }>();

const eventsPerMessage = 100;
const lookMs = 500;
const runMsMax = 3_600_000;
const hourMs = 3_600_000;

const pipelineText = `apiVersion: afluente/v1
name: keys
sources:
  events:
    subjects: [keys.events]
    partitions: 4
    contract: event.json
    id: id
    key: user
    eventTime: { field: at, outOfOrderness: 1s, idleAfter: 2s }
    dedup: { horizon: 1s }
windows:
  by_user:
    from: events
    tumbling: 1h
    lateness: 100d
    key: [user]
    measures: { events: count(), amount: sum(amount) }
lake:
  commit: { every: 5s }
`;
const contract = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    user: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    amount: { type: 'integer' },
  },
  required: ['id', 'user', 'at', 'amount'],
};

/** The longest stall of the event loop of aggregate since it was last asked, as its own metrics have it. */
class Stalls {
  longestMs = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly port: number) {
    this.#timer = setInterval(() => void this.#look(), lookMs);
  }

  async remembered(): Promise<number> {
    const metrics = await this.#metrics();
    return [...metrics.matchAll(/^afluente_remembered_entries\{task="window[^\n]* (\S+)$/gm)].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  }

  /** @returns the longest since the last call, ms */
  take(): number {
    const longestMs = this.longestMs;
    this.longestMs = 0;
    return Math.round(longestMs);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const seconds = Number(/^nodejs_eventloop_lag_max_seconds\S* (\S+)$/m.exec(await this.#metrics())?.[1] ?? 0);
    this.longestMs = Math.max(this.longestMs, seconds * 1000);
  }

  #metrics(): Promise<string> {
    return fetch(`http://127.0.0.1:${this.port}/metrics`)
      .then((answer) => answer.text())
      .catch(() => '');
  }
}

async function publish(watch: Watch, startMs: number): Promise<void> {
  const publisher = new Publisher(watch.nats.nc, { inFlightMax: 200, ackTimeoutMs: 60_000 });
  for (let first = 0; first < keys; first += eventsPerMessage) {
    const lines = Array.from({ length: Math.min(eventsPerMessage, keys - first) }, (_, i) => {
      const n = first + i;
      return JSON.stringify({
        id: `e${n}`,
        user: `user-${n.toString().padStart(10, '0')}`,
        at: new Date(startMs + Math.floor((n / keys) * hourMs)).toISOString(),
        amount: n % 1000,
      });
    });
    const full = publisher.publish({ subject: 'keys.events', payload: Buffer.from(lines.join('\n')) });
    if (full) await full;
  }
  await publisher.flush();
  publisher.close();
}

const folder = mkdtempSync(join(tmpdir(), 'afluente-keys-'));
const [pipeline, lake] = [join(folder, 'pipeline'), `file:${join(folder, 'lake')}`];
mkdirSync(pipeline);
writeFileSync(join(pipeline, 'pipeline.yaml'), pipelineText);
writeFileSync(join(pipeline, 'event.json'), JSON.stringify(contract));
const server = await startNats(join(folder, 'nats'), folder);
const watch = await Watch.open(server.url, pipeline);
const port = await freePort();
const fleet = await Fleet.start({
  pipeline,
  nats: server.url,
  lake,
  logs: join(folder, 'logs'),
  envOf: (service) => (service === 'aggregate' ? { AFL_HTTP_PORT: String(port) } : {}) as Record<string, string>,
});
const stalls = new Stalls(port);
try {
  const startMs = Math.floor((Date.now() - 3 * hourMs) / hourMs) * hourMs;
  const startedMs = performance.now();
  const seconds = (): number => Number(((performance.now() - startedMs) / 1000).toFixed(1));
  await publish(watch, startMs);
  const publishedSeconds = seconds();
  while ((await stalls.remembered()) < keys) await sleep(lookMs);
  const countedSeconds = seconds();
  const stallWhileCountingMs = stalls.take();
  await watch.idle(runMsMax);
  const idleSeconds = seconds();
  const stallWhilePublishingMs = stalls.take();
  const peaks = Object.fromEntries(
    allServices.map((service) => [service, Math.ceil(peakMebibytes(fleet.pid(service)!))]),
  );
  const killedMs = performance.now();
  fleet.kill('aggregate');
  await sleep(lookMs);
  while ((await stalls.remembered()) < keys) await sleep(lookMs / 5);
  const restoreSeconds = Number(((performance.now() - killedMs) / 1000).toFixed(1));
  await watch.idle(runMsMax);
  const restored = Math.ceil(peakMebibytes(fleet.pid('aggregate')!));
  const [gold] = await withLake(lake, (ask) =>
    ask('SELECT count(*) AS rows, CAST(sum(events) AS BIGINT) AS events FROM gold_by_user_latest'),
  );
  process.stdout.write(
    `${JSON.stringify({ keys, publishedSeconds, countedSeconds, idleSeconds, peaksMebibytes: peaks, stallWhileCountingMs, stallWhilePublishingMs, restoreSeconds, stallWhileRestoringMs: stalls.take(), restoredMebibytes: restored, gold, deaths: fleet.deaths })}\n`,
  );
} finally {
  stalls.end();
  await fleet.stop();
  await watch.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
