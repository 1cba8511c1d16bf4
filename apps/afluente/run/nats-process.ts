/** A nats-server of our own for `afluente start`: loopback, a free port, files in the run's folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNats } from '#nats/connection/connection';
import { readNatsServerPath } from '#runtime/settings/config';
import { UsageError } from '../run-command.js';
import { ownProcess } from './own-processes.js';
import { untilStopped } from './until-stopped.js';

export interface NatsProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const startMsMax = 10_000;

/** @throws StoppedError, UsageError; then nothing is left of it */
export async function startNats(
  folder: string,
  logs: string,
  stopped = new AbortController().signal,
): Promise<NatsProcess> {
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  // Own group: Ctrl-C reaches this process only; the server stops after the services.
  const args = ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', folder];
  const child = ownProcess(spawn(readNatsServerPath(), args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
  const log = createWriteStream(join(logs, 'nats-server.log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const failed = new Promise<never>((_, reject) => {
    child.on('error', () =>
      reject(
        new UsageError(
          'there is no nats-server program. Install it (apt-get install nats-server), or name a running server with --nats.',
        ),
      ),
    );
    child.on('exit', (code) =>
      reject(
        new UsageError(`nats-server ended with exit code ${code} while starting; see ${join(logs, 'nats-server.log')}`),
      ),
    );
  });
  let over = false;
  failed.catch(() => (over = true));
  try {
    await untilStopped(stopped, Promise.race([answers(url, () => over), failed]));
  } catch (error) {
    over = true;
    await stop(child);
    throw error;
  }
  return { url, pid: child.pid!, stop: () => stop(child) };
}

async function answers(url: string, over: () => boolean): Promise<void> {
  const deadline = performance.now() + startMsMax;
  for (;;) {
    try {
      const nats = await connectNats(url, 'afluente-start');
      return await nats.nc.close();
    } catch (error) {
      if (over() || performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
