/** A server with orders that wait for `up`, and a folder for the lake and logs of a spec. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { type NatsServer, startNats } from '../../../support/nats-server.js';
import { projectRoot } from '../../../support/project-root.js';
import { makeTempDir, type TempDir } from '../../../support/temp-dir.js';
import { endPrograms } from '../cli.js';
import { makeOrders, pastStartMs, toBytes } from '../orders.js';
import { publishAll } from '../publish.js';
import { Watch } from '../watch.js';

export const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
export const services = ['aggregate', 'enrich', 'ingest', 'lake-writer', 'validate'];
export const runMsMax = 120_000;

/** Of `up`, in the order in which they are published. */
export function orderMessages(count: number, prefix?: string): Array<{ subject: string; payload: Uint8Array }> {
  return makeOrders(count, { startMs: pastStartMs(Date.now()), ...(prefix !== undefined && { prefix }) }).map(
    (order) => ({ subject: 'shop.orders', payload: toBytes(order) }),
  );
}

export interface FilledServer {
  /** Path of the spec's folder. */
  readonly folder: string;
  readonly server: NatsServer;
  /** URL of the lake. */
  readonly lake: string;
  /** The command line of `up` there. */
  up(...more: string[]): string[];
}

/** Starts and stops it around the tests of the spec that calls it, and ends behind each test the programs that it left. */
export function filledServer(name: string): FilledServer {
  let work: TempDir;
  let server: NatsServer;
  beforeAll(async () => {
    work = makeTempDir(name);
    server = await startNats();
    const watch = await Watch.open(server.url, pipeline);
    await publishAll(watch.nats, orderMessages(300));
    await watch.close();
  }, runMsMax);
  afterAll(async () => {
    await server.stop();
    work.remove();
  });
  afterEach(endPrograms, runMsMax);
  const lake = (): string => `file:${join(work.path, 'lake')}`;
  return {
    get folder() {
      return work.path;
    },
    get server() {
      return server;
    },
    get lake() {
      return lake();
    },
    up: (...more) => ['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake(), ...more],
  };
}
