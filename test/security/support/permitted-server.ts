/** A server on which every user of a pipeline has what `afluente permissions` prints and no more; its streams are made by the operator's command. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { inboxPrefixOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { endPrograms, runCli } from '../../e2e/support/cli.js';
import { copyPipeline } from '../../e2e/support/pipeline-copy.js';
import { type NatsServer, startNats } from '../../support/nats-server.js';
import { makeTempDir, type TempDir } from '../../support/temp-dir.js';
import { makePipelineKeys, type PipelineKeys } from './pipeline-keys.js';

export interface PermittedServer {
  readonly work: TempDir;
  readonly server: NatsServer;
  /** Folder of the example that runs on it. */
  readonly pipeline: string;
  readonly topology: Topology;
  readonly keys: PipelineKeys;
  /** A client with the operator's key. */
  readonly operator: NatsClient;
}

const startMsMax = 240_000;

/** Names in the pipeline of the example. */
export const log = (stage: string, origin: string): string => `afl.sales-tech.${stage}.${origin}.0`;
export const stream = (stage: string, origin: string): string => `afl_sales-tech_${stage}_${origin}_0`;

/** Starts and stops it around the tests of the spec that calls it. @returns what there is, as soon as a test runs */
export function permittedServer(name: string): () => PermittedServer {
  let on: PermittedServer | undefined;
  beforeAll(async () => {
    on = await open(name);
  }, startMsMax);
  afterAll(async () => {
    await on?.operator.nc.close();
    await on?.server.stop();
    on?.work.remove();
  });
  afterEach(endPrograms);
  return () => on!;
}

async function open(name: string): Promise<PermittedServer> {
  const work = makeTempDir(name);
  const pipeline = copyPipeline('examples/sales-tech', work.path);
  const topology = topologyOf(PipelineSource.load(pipeline).compiled);
  const keys = makePipelineKeys(topology, join(work.path, 'keys'));
  const server = await startNats({ config: keys.config });
  try {
    const env = { AFL_NATS_NKEY: keys.seedFile('operator') };
    const made = await runCli(['streams', '--pipeline', pipeline, '--nats', server.url], { env });
    if (made.code !== 0) throw new Error(made.stdout + made.stderr);
    const operator = await connectNats(server.url, `${name}.spec`, {
      nkeyFile: keys.seedFile('operator'),
      inboxPrefix: inboxPrefixOf('sales-tech', 'operator'),
    });
    return { work, server, pipeline, topology, keys, operator };
  } catch (error) {
    await server.stop();
    work.remove();
    throw error;
  }
}
