/**
 * What validate's memory of event ids costs: one process remembers them, forgets as many as come, and stores them; a second one takes them up.
 * Run: node dist/test/bench/parts/ids.bench.js --ids 36000000 --partitions 4
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startNats } from '../../../apps/afluente/run/nats-process.js';
import { Child } from '../processes/child.js';
import type { IdsJob, IdsPhase } from './ids-worker.js';

const { ids, partitions } = new Command('ids.bench')
  .option('--ids <n>', 'event ids within the horizon', Number, 36_000_000)
  .option('--partitions <n>', 'among which they are spread', Number, 4)
  .parse()
  .opts<{ ids: number; partitions: number }>();

const folder = mkdtempSync(join(tmpdir(), 'afluente-ids-'));
const server = await startNats(join(folder, 'nats'), folder);
const phases: IdsPhase[] = [];

async function run(job: Omit<IdsJob, 'url' | 'ids'>): Promise<readonly string[]> {
  const worker = await Child.start('parts/ids-worker', { ...job, url: server.url, ids });
  worker.send({ go: true });
  const { phases: done, keys } = await worker.answer<{ phases: IdsPhase[]; keys: string[] }>();
  for (const phase of done) process.stderr.write(`${describe(phase)}\n`);
  phases.push(...done);
  await worker.end();
  return keys;
}

function describe({
  name,
  seconds,
  cpuMicrosecondsPerId,
  longestPauseCpuMs,
  longestPauseMs,
  bytesPerId,
  peakMebibytes,
  residentMebibytes,
}: IdsPhase): string {
  const each = cpuMicrosecondsPerId === undefined ? '' : `${cpuMicrosecondsPerId.toFixed(2)} µs of CPU an id, `;
  const pause = `longest pause ${longestPauseCpuMs.toFixed(1)} ms of CPU (${longestPauseMs.toFixed(1)} ms)`;
  return `${name.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s, ${each}${pause}, ${bytesPerId.toFixed(1)} bytes an id, RSS ${residentMebibytes.toFixed(0)} MiB, peak ${peakMebibytes.toFixed(0)} MiB`;
}

try {
  const keys = await run({ kind: 'fill', partitions, keys: [] });
  await run({ kind: 'restore', partitions, keys });
  process.stdout.write(`${JSON.stringify({ ids, partitions, phases })}\n`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
