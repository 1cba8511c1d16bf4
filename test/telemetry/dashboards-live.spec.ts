/** A real Prometheus scrapes the five services of a run: every query of every dashboard has data, and alerts have what they ask for. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import { endPrograms, type RunningCli, startCli } from '../e2e/support/cli.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { alertRules } from './support/alert-rules.js';
import { dashboards, type Query, queriesOf } from './support/dashboards.js';
import { metricsIn } from './support/metrics-in.js';
import { type Prometheus, startPrometheus } from './support/prometheus.js';
import { findProgram, prometheusMsMax } from './support/promtool.js';

const services = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];
const startMsMax = 60_000;
const dataMsMax = 120_000;
const pollMs = 500;
/** Metrics that are there only while something is wrong. */
const absentWhenWell: ReadonlySet<string> = new Set(['afluente_waiting_seconds']);

let dir: TempDir;
let run: RunningCli;
let prometheus: Prometheus;

/** host:port of each service, as `afluente start` says them. */
async function targets(): Promise<string[]> {
  for (const untilMs = performance.now() + startMsMax; performance.now() < untilMs; await sleep(pollMs)) {
    const found = services.map(
      (service) => new RegExp(`^\\s+${service}\\s+http://(\\S+)/metrics$`, 'm').exec(run.stderr())?.[1],
    );
    if (found.every((target) => target !== undefined)) return found;
  }
  throw new Error(`the services did not start:\n${run.stderr()}`);
}

beforeAll(async () => {
  await findProgram('prometheus');
  dir = makeTempDir('dashboards');
  run = startCli(['start', '--rate', '400', '--pipeline', join(projectRoot, 'examples', 'sales-tech')], {
    cwd: dir.path,
  });
  prometheus = await startPrometheus(await targets(), '1s');
}, prometheusMsMax + startMsMax);

afterAll(async () => {
  await prometheus?.stop();
  await endPrograms();
  dir?.remove();
}, startMsMax);

/** Asks again until each query had an answer once, or time is up. @returns those that had none */
async function withoutData(queries: readonly Query[]): Promise<string[]> {
  let open = [...queries];
  for (
    const untilMs = performance.now() + dataMsMax;
    open.length > 0 && performance.now() < untilMs;
    await sleep(pollMs)
  ) {
    const answers = await Promise.all(open.map(async ({ expr }) => (await prometheus.query(expr)).length));
    open = open.filter((_, i) => answers[i] === 0);
  }
  return open.map(({ where, expr }) => `${where}: ${expr}`);
}

describe('during a run of the example', () => {
  test(
    'all five services are scraped, and say which pipeline they serve',
    async () => {
      const up = services.map((service) => ({
        where: service,
        expr: `up == 1 and on (instance) afluente_pipeline_info{service="${service}", pipeline="sales-tech"}`,
      }));
      expect(await withoutData(up)).toEqual([]);
    },
    dataMsMax + 10_000,
  );

  test.each(dashboards().map((board) => [board.title, board] as const))(
    'every query of "%s" returns data',
    async (_, board) => {
      // Ingest has no steps and no watermark: its panels for these stay empty, and say so.
      const stepless = /\(ingest\)/;
      const asked = queriesOf(board, '10s').filter(
        ({ where, expr }) =>
          !(
            stepless.test(where) &&
            /step_seconds|watermark|afluente_(rows|input_rows|frames|refused_frames|snapshot_failures)_total/.test(expr)
          ),
      );
      expect(asked.length).toBeGreaterThan(15);
      expect(await withoutData(asked)).toEqual([]);
    },
    dataMsMax + 10_000,
  );

  test(
    'every alert is evaluated, has its metrics, and does not fire',
    async () => {
      const asked = alertRules().flatMap(({ alert, expr }) =>
        metricsIn(expr)
          .filter((metric) => !absentWhenWell.has(metric))
          .map((metric) => ({ where: alert, expr: metric })),
      );
      expect(await withoutData(asked)).toEqual([]);
      const states = await prometheus.rules();
      expect(states.map(({ name }) => name)).toEqual(alertRules().map(({ alert }) => alert));
      expect(states.filter(({ health, state }) => health !== 'ok' || state === 'firing')).toEqual([]);
    },
    dataMsMax + 10_000,
  );

  test(
    'the lag that the chart scales on is there for each service',
    async () => {
      const lags = services.map((service) => ({
        where: service,
        expr: `sum(max by (task) (afluente_lag_events{service="${service}"}))`,
      }));
      expect(await withoutData(lags)).toEqual([]);
    },
    dataMsMax + 10_000,
  );
});

test(
  'a log that somebody deletes halts its reader, and the alert knows which',
  async () => {
    const url = /NATS (nats:\S+),/.exec(run.stderr())![1]!;
    const { jsm, nc } = await connectNats(url, 'dashboards-live.spec');
    // It would end the services as soon as it heard of a halted task.
    run.signal('SIGSTOP');
    try {
      await jsm.streams.delete('afl_sales-tech_valid_transactions_1');
      await nc.close();
      expect(
        await withoutData([
          {
            where: 'alert',
            expr: 'ALERTS{alertname="AfluenteTaskHalted", pipeline="sales-tech", service="enrich", task="enrich.transactions.1"}',
          },
        ]),
      ).toEqual([]);
    } finally {
      run.signal('SIGCONT');
    }
  },
  dataMsMax + 10_000,
);
