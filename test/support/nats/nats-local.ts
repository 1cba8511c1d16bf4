/** A nats-server from a binary on this machine. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type RunningProcess, startProcess } from '../processes.js';
import { projectRoot } from '../project-root.js';
import { runScript } from '../run-script.js';
import type { NatsVersion, ServerPlan, ServerRuns } from './nats-options.js';

const systemFolders = ['/usr/local/bin', '/usr/local/sbin', '/usr/bin', '/usr/sbin'];

/** Path of the binary of a version; the compatibility versions are downloaded when they are not here yet. */
export async function localBinary(version: NatsVersion | undefined): Promise<string> {
  if (version === undefined) return installedBinary();
  const path = join(projectRoot, '.tools', 'nats', version, 'nats-server');
  if (!existsSync(path)) await runScript('nats-servers.mjs');
  return path;
}

function installedBinary(): string {
  const named = process.env['AFL_NATS_SERVER'];
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders];
  const path = named ?? folders.map((folder) => join(folder, 'nats-server')).find((candidate) => existsSync(candidate));
  if (path === undefined)
    throw new Error(
      'No nats-server on PATH: run the tests with `npm test`, which gets one, or set AFL_NATS_SERVER to its path.',
    );
  return path;
}

/** What `nats-server --version` says, e.g. `2.9.10`. */
export function binaryVersion(path: string): string {
  return execFileSync(path, ['--version'], { encoding: 'utf8' })
    .trim()
    .replace(/^nats-server: v/, '');
}

/** Runs of the local binary that follow the plan. */
export async function localRuns(plan: ServerPlan): Promise<ServerRuns> {
  const file = await localBinary(plan.version);
  const config = plan.configFile === undefined ? [] : ['-c', plan.configFile];
  const args = [
    ...config,
    '-a',
    '127.0.0.1',
    '-p',
    String(plan.port),
    '-m',
    String(plan.monitorPort),
    '-js',
    '-sd',
    plan.storeDir,
  ];
  let server: RunningProcess | undefined;
  return {
    pid: () => server?.pid ?? -1,
    alive: () => server?.running() ?? false,
    start: async () => {
      server = await startProcess({ file, args, logFile: join(plan.workDir, 'nats-server.log') });
    },
    end: async (signal) => void (signal === 'SIGKILL' ? await server?.kill() : await server?.stop()),
    release: () => Promise.resolve(),
    logTail: () => Promise.resolve(server?.logTail() ?? ''),
  };
}
