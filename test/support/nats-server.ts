/** The one fixture for a real nats-server with JetStream: a container where a Docker engine answers, else a local binary. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetDocker, useDocker } from './docker-engine.js';
import { freePort } from './free-port.js';
import { containerRuns } from './nats/nats-container.js';
import { localRuns } from './nats/nats-local.js';
import type { NatsOptions, NatsServer, ServerPlan, ServerRuns } from './nats/nats-options.js';
import { waitForNats } from './nats/wait-for-nats.js';
import { makeTempDir } from './temp-dir.js';

export type { NatsOptions, NatsServer, NatsVersion } from './nats/nats-options.js';

/** Starts a server with file storage on 127.0.0.1 and resolves when it accepts clients; the caller must stop() it. */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const work = makeTempDir('nats');
  try {
    const plan = await planServer(options, work.path);
    const runs = await firstRun(plan);
    return describeServer(plan, runs, () => work.remove());
  } catch (error) {
    work.remove();
    throw error;
  }
}

async function planServer(options: NatsOptions, workDir: string): Promise<ServerPlan> {
  const storeDir = options.storeDir ?? join(workDir, 'store');
  mkdirSync(storeDir, { recursive: true });
  const configFile = options.config === undefined ? undefined : join(workDir, 'nats.conf');
  if (configFile !== undefined)
    writeFileSync(configFile, typeof options.config === 'string' ? options.config : JSON.stringify(options.config));
  return {
    version: options.version,
    port: options.port ?? (await freePort()),
    monitorPort: await freePort(),
    workDir,
    storeDir,
    configFile,
  };
}

async function firstRun(plan: ServerPlan): Promise<ServerRuns> {
  if (await useDocker()) {
    try {
      return await started(await containerRuns(plan), plan);
    } catch (error) {
      if (process.env['AFL_TEST_NATS'] === 'docker') throw error;
      process.stderr.write(`Docker answers but runs no nats-server (${String(error)}): using the local binary.\n`);
      forgetDocker();
    }
  }
  return started(await localRuns(plan), plan);
}

async function started(runs: ServerRuns, plan: ServerPlan): Promise<ServerRuns> {
  try {
    await runs.start();
    await waitForNats(plan.port, () => runs.alive());
    return runs;
  } catch (cause) {
    const log = await runs.logTail();
    await runs.end('SIGKILL');
    await runs.release();
    throw new Error(`nats-server did not come up on port ${plan.port}. Its log ends with:\n${log}`, { cause });
  }
}

function describeServer(plan: ServerPlan, runs: ServerRuns, remove: () => void): NatsServer {
  return {
    url: `nats://127.0.0.1:${plan.port}`,
    port: plan.port,
    monitorUrl: `http://127.0.0.1:${plan.monitorPort}`,
    storeDir: plan.storeDir,
    get pid() {
      return runs.pid();
    },
    stop: async () => {
      await runs.end('SIGTERM');
      await runs.release();
      remove();
    },
    kill: () => runs.end('SIGKILL'),
    restart: async () => {
      await runs.end('SIGTERM');
      await started(runs, plan);
    },
    logTail: () => runs.logTail(),
  };
}
