/** A pipeline that has run and was stopped in order: its NATS, its lake and its folder, of which each fault gets copies to break. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { runCli } from '../../e2e/support/cli.js';
import { makeOrders, pastStartMs, toBytes } from '../../e2e/support/orders.js';
import { publishAll } from '../../e2e/support/publish.js';
import type { NatsOptions } from '../../support/nats-server.js';
import { type NatsServer, startNats } from '../../support/nats-server.js';
import { projectRoot } from '../../support/project-root.js';
import { makeTempDir } from '../../support/temp-dir.js';

export const source = join(projectRoot, 'test', 'pipelines', 'orders');
const ordersEachTime = 200;
/** Each leaves at least one entry in the log of a table. */
const runs = 3;

export interface Original {
  readonly path: string;
  remove(): void;
}

/** Runs the pipeline some times until everything is in the lake. */
export async function makeOriginal(): Promise<Original> {
  const work = makeTempDir('doctor-original');
  const server = await startNats({ storeDir: join(work.path, 'nats') });
  const command = (name: string, ...more: string[]) =>
    runCli([name, '--pipeline', source, '--nats', server.url, ...more]);
  await command('streams');
  for (let run = 0; run < runs; run++) {
    const nats = await connectNats(server.url, 'test-producer');
    await publishOrders(nats, `run-${run}`);
    await nats.nc.close();
    const up = await command('up', '--lake', `file:${join(work.path, 'lake')}`, '--until-idle');
    if (up.code !== 0) throw new Error(up.stderr);
  }
  await server.stop();
  return work;
}

export async function publishOrders(nats: NatsClient, prefix: string, count = ordersEachTime): Promise<void> {
  const orders = makeOrders(count, { startMs: pastStartMs(Date.now()), prefix });
  await publishAll(
    nats,
    orders.map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
  );
}

export interface Place {
  readonly server: NatsServer;
  /** Undefined where nobody may connect without credentials. */
  readonly nats: NatsClient | undefined;
  /** Folder of the pipeline. */
  readonly pipeline: string;
  /** Folder of the lake. */
  readonly lake: string;
  readonly path: string;
  close(): Promise<void>;
}

export interface PlaceOptions {
  readonly server?: NatsOptions;
  /** A NATS in which the pipeline has never been. */
  readonly fresh?: boolean;
  readonly closed?: boolean;
}

export async function copyOf(
  original: Original,
  { server: options = {}, fresh = false, closed = false }: PlaceOptions = {},
): Promise<Place> {
  const work = makeTempDir('doctor');
  const [pipeline, lake, storeDir] = ['orders', 'lake', 'nats'].map((name) => join(work.path, name)) as [
    string,
    string,
    string,
  ];
  cpSync(source, pipeline, { recursive: true });
  cpSync(join(original.path, 'lake'), lake, { recursive: true });
  if (!fresh) cpSync(join(original.path, 'nats'), storeDir, { recursive: true });
  const server = await startNats({ ...options, storeDir });
  const nats = closed ? undefined : await connectNats(server.url, 'test-breaks-it');
  return {
    server,
    nats,
    pipeline,
    lake,
    path: work.path,
    close: async () => {
      await nats?.nc.close();
      await server.stop();
      work.remove();
    },
  };
}
