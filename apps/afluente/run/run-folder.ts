/** Folders under data/: one per run of `afluente start`, of which the newest few are kept, and one for the logs of each pipeline that `afluente up` runs. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface RunFolder {
  readonly path: string;
  readonly lake: string;
  readonly nats: string;
  readonly logs: string;
}

const root = resolve('data');
const runsKept = 3;

export function newRun(now: Date): RunFolder {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  const old = runs();
  for (const name of old.slice(0, Math.max(0, old.length - runsKept + 1)))
    rmSync(join(root, name), { recursive: true, force: true });
  const run = folderOf(`run-${stamp}-${process.pid}`);
  mkdirSync(run.logs, { recursive: true });
  return run;
}

export function newestRun(): RunFolder | undefined {
  const name = runs().at(-1);
  return name === undefined ? undefined : folderOf(name);
}

/** @param pipeline its name. The same at each start: log files are bounded, and a second `up` may write to them too */
export function logsOf(pipeline: string): string {
  return join(root, 'logs', pipeline);
}

function runs(): string[] {
  try {
    return readdirSync(root)
      .filter((name) => name.startsWith('run-'))
      .sort();
  } catch {
    return [];
  }
}

function folderOf(name: string): RunFolder {
  const path = join(root, name);
  return { path, lake: join(path, 'lake'), nats: join(path, 'nats'), logs: join(path, 'logs') };
}
