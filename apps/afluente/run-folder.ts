/** Folders of `afluente start`: one per run under data/, the newest few are kept. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface RunFolder {
  readonly path: string;
  readonly lake: string;
  readonly nats: string;
  readonly logs: string;
}

const ROOT = resolve('data');
const RUNS_KEPT = 3;

export function newRun(now: Date): RunFolder {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
  const old = runs();
  for (const name of old.slice(0, Math.max(0, old.length - RUNS_KEPT + 1))) rmSync(join(ROOT, name), { recursive: true, force: true });
  const run = folderOf(`run-${stamp}-${process.pid}`);
  mkdirSync(run.logs, { recursive: true });
  return run;
}

export function newestRun(): RunFolder | undefined {
  const name = runs().at(-1);
  return name === undefined ? undefined : folderOf(name);
}

function runs(): string[] {
  try {
    return readdirSync(ROOT).filter((name) => name.startsWith('run-')).sort();
  } catch {
    return [];
  }
}

function folderOf(name: string): RunFolder {
  const path = join(ROOT, name);
  return { path, lake: join(path, 'lake'), nats: join(path, 'nats'), logs: join(path, 'logs') };
}
