/** A real Prometheus that scrapes given addresses and evaluates the project's alerts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../../support/free-port.js';
import { startProcess } from '../../support/processes.js';
import { makeTempDir } from '../../support/temp-dir.js';
import { alertFiles } from './alert-rules.js';
import { findProgram } from './promtool.js';

const startMsMax = 30_000;
const pollMs = 100;

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, text: string];
}

export interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state: string;
}

export interface Prometheus {
  /** Instant query. Throws what Prometheus says of a wrong one. */
  query(expr: string): Promise<Sample[]>;
  /** The alerts as last evaluated. */
  rules(): Promise<RuleState[]>;
  stop(): Promise<void>;
}

/** @param targets host:port of each process @param scrape e.g. `1s` */
export async function startPrometheus(targets: readonly string[], scrape: string): Promise<Prometheus> {
  const dir = makeTempDir('prometheus');
  const config = join(dir.path, 'prometheus.yml');
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: scrape, scrape_timeout: scrape, evaluation_interval: scrape },
      rule_files: alertFiles('.rules.yaml'),
      scrape_configs: [{ job_name: 'afluente', static_configs: [{ targets }] }],
    }),
  );
  const port = await freePort();
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir.path, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const server = await startProcess({ file: await findProgram('prometheus'), args, logFile: join(dir.path, 'log') });
  const url = `http://127.0.0.1:${port}`;
  const untilMs = performance.now() + startMsMax;
  while (!(await isReady(url))) {
    if (!server.running() || performance.now() > untilMs)
      throw new Error(`Prometheus did not start:\n${server.logTail()}`);
    await sleep(pollMs);
  }
  return {
    query: async (expr) => ((await ask(url, `query?query=${encodeURIComponent(expr)}`)) as { result: Sample[] }).result,
    rules: async () =>
      ((await ask(url, 'rules?type=alert')) as { groups: { rules: RuleState[] }[] }).groups.flatMap(
        ({ rules }) => rules,
      ),
    stop: async () => {
      await server.stop();
      dir.remove();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function ask(url: string, path: string): Promise<unknown> {
  const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as {
    status: string;
    error?: string;
    data: unknown;
  };
  if (answer.status !== 'success') throw new Error(answer.error);
  return answer.data;
}
