/**
 * What the start of a service costs, from its process to `ready`: with packages as npm installs them, bundled, and with what V8 has kept of their code.
 * Run: node dist/test/bench/parts/start.bench.js --starts 10 (needs a nats-server program)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Service } from '#stages/topology/topology';
import { startNats } from '../../../apps/afluente/run/nats-process.js';
import { allServices, Fleet } from '../../e2e/support/fleet.js';
import { copyBuild } from '../../faults/world/copy-build.js';
import { projectRoot } from '../../support/project-root.js';
import { usageOf } from '../processes/usage.js';

interface Way {
  readonly name: string;
  /** Of the build. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Start {
  readonly cpuMs: number;
  readonly ms: number;
}

const { starts, services, pipeline } = new Command('start.bench')
  .option('--starts <n>', 'of each service in each way, one after the other', Number, 10)
  .option('--services <list>', 'which services', (text) => text.split(',') as Service[], [...allServices])
  .option('--pipeline <folder>', 'what they run', join(projectRoot, 'test/pipelines/orders'))
  .parse()
  .opts<{ starts: number; services: Service[]; pipeline: string }>();

const folder = mkdtempSync(join(tmpdir(), 'afluente-start-'));
const server = await startNats(join(folder, 'nats'), folder);

function waysOf(): Way[] {
  const [asInstalled, bundled] = ['as-installed', 'bundled'].map((name) => copyBuild(join(folder, name))) as [
    string,
    string,
  ];
  rmSync(join(asInstalled, 'dist', 'node_modules'), { recursive: true });
  const uncached = { NODE_DISABLE_COMPILE_CACHE: '1' };
  return [
    { name: 'packages as npm installs them', root: asInstalled, env: uncached },
    { name: 'and what V8 has kept', root: asInstalled, env: {} },
    { name: 'packages bundled', root: bundled, env: uncached },
    { name: 'and what V8 has kept', root: bundled, env: {} },
  ];
}

async function startOf(service: Service, { root, env }: Way): Promise<Start> {
  const startedMs = performance.now();
  const fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake: `file:${join(folder, 'lake')}`,
    logs: join(folder, 'logs'),
    services: [service],
    root,
    env,
  });
  const ms = performance.now() - startedMs;
  const cpuMs = usageOf(fleet.pid(service)!).cpuSeconds * 1000;
  await fleet.stop();
  return { cpuMs, ms };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function report({ name }: Way, service: Service, all: readonly Start[]): void {
  const spread = (pick: (start: Start) => number): string => {
    const numbers = all.map(pick);
    return `${median(numbers).toFixed(0)} ms (${Math.min(...numbers).toFixed(0)} to ${Math.max(...numbers).toFixed(0)})`;
  };
  process.stdout.write(
    `${service.padEnd(12)} ${name.padEnd(30)} CPU ${spread(({ cpuMs }) => cpuMs)}, time ${spread(({ ms }) => ms)}\n`,
  );
}

try {
  const ways = waysOf();
  for (const service of services) {
    const all = ways.map((): Start[] => []);
    // The first start of each fills the caches: of the disk, and what V8 keeps.
    for (let start = 0; start <= starts; start++)
      for (const [i, way] of ways.entries()) {
        const one = await startOf(service, way);
        if (start > 0) all[i]!.push(one);
      }
    for (const [i, way] of ways.entries()) report(way, service, all[i]!);
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
