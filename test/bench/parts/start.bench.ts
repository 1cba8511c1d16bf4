/**
 * What the start of a service costs, from its process to `ready`: file by file, with packages bundled, with our code bundled as well, and with what V8 has kept of it.
 * Run: node dist/test/bench/parts/start.bench.js --starts 10 (needs a nats-server program)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Service } from '#stages/topology/topology';
import { startNats } from '../../../apps/afluente/run/nats-process.js';
import { makeBuild } from '../../controls/make-control.js';
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

/** A build with an edit loads our code file by file; this one changes nothing. */
const comment = '/** The program of the service ingest. */';
const nothing = [{ file: 'apps/ingest/main.ts', find: comment, replace: comment }];
const [asInstalled, packagesBundled] = await Promise.all(
  ['as-installed', 'packages'].map((name) => makeBuild(name, nothing)),
);
const asBuilt = copyBuild(join(folder, 'as-built'));

function waysOf(): Way[] {
  rmSync(join(asInstalled!.root, 'dist', 'node_modules'), { recursive: true });
  const ways = [
    { name: 'file by file', root: asInstalled!.root },
    { name: 'packages bundled', root: packagesBundled!.root },
    { name: 'our code bundled, too', root: asBuilt },
  ];
  return ways.flatMap(({ name, root }): Way[] => [
    { name, root, env: { NODE_DISABLE_COMPILE_CACHE: '1' } },
    { name: `${name}, kept by V8`, root, env: {} },
  ]);
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
    `${service.padEnd(12)} ${name.padEnd(36)} CPU ${spread(({ cpuMs }) => cpuMs)}, time ${spread(({ ms }) => ms)}\n`,
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
  for (const build of [asInstalled, packagesBundled]) build!.remove();
  rmSync(folder, { recursive: true, force: true });
}
