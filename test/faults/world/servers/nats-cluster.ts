/** The nats-servers of the world: one alone, or three whose routes go through proxies, so that the network between them can fail. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../support/free-port.js';
import type { NatsVersion } from '../../../support/nats/nats-options.js';
import type { Cleanup } from '../../cleanup.js';
import { TcpProxy } from '../network/tcp-proxy.js';
import { NatsNode } from './nats-node.js';
import { SmallDisk } from './small-disk.js';

export type Servers = 'r1' | 'r3';

export interface ClusterOptions {
  readonly servers: Servers;
  readonly version: NatsVersion;
  /** Gets configurations and logs. */
  readonly folder: string;
  /** Gets the mounts of the stores. */
  readonly storeFolder: string;
  /** Told how to end what was started, also when the start fails half-way. */
  readonly cleanup: Cleanup;
}

/** What one server uses to reach another. */
interface Route {
  readonly from: number;
  readonly to: number;
  readonly proxy: TcpProxy;
}

const diskMegabytes = 512;
const startMsMax = 60_000;
const pollMs = 100;

export class NatsCluster {
  private constructor(
    readonly nodes: readonly NatsNode[],
    private readonly routes: readonly Route[],
  ) {}

  /** Resolves when every server says that it is healthy. */
  static async start(options: ClusterOptions): Promise<NatsCluster> {
    const ports = await Promise.all(Array.from({ length: options.servers === 'r1' ? 1 : 3 }, freePort));
    const routes = await Promise.all(
      orderedPairs(ports.length).map(async ([from, to]) => ({ from, to, proxy: await TcpProxy.start(ports[to]!) })),
    );
    options.cleanup.add(() => Promise.all(routes.map(({ proxy }) => proxy.close())));
    const nodes = await Promise.all(ports.map((port, index) => startNode(options, index, port, routes)));
    const cluster = new NatsCluster(nodes, routes);
    await until('healthy', nodes, async () => (await Promise.all(nodes.map(isHealthy))).every(Boolean));
    // A server is healthy before the others have heard of it, and streams want all three.
    if (nodes.length > 1)
      await until('together', nodes, async () =>
        (await Promise.all(nodes.map((node) => leadsAll(node, nodes.length)))).some(Boolean),
      );
    return cluster;
  }

  /** Comma-separated addresses of the servers themselves, past the proxies. */
  get urls(): string {
    return this.nodes.map(({ clientUrl }) => clientUrl).join(',');
  }

  /** Cuts the routes between two servers, or all routes of one. */
  cutRoutes(one: number, other?: number): void {
    for (const { from, to, proxy } of this.routes) if (touches([from, to], one, other)) proxy.cut();
  }

  mendRoutes(): void {
    for (const { proxy } of this.routes) proxy.repair();
  }
}

async function until(what: string, nodes: readonly NatsNode[], holds: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + startMsMax;
  while (!(await holds())) {
    if (performance.now() > untilMs)
      throw new Error(
        `the nats-servers are not ${what} after ${startMsMax / 1000} s. They say:\n${(await Promise.all(nodes.map(seenBy))).join('\n')}`,
      );
    await sleep(pollMs);
  }
}

/** What a server knows of the others, and the end of its log. */
async function seenBy(node: NatsNode): Promise<string> {
  const pages = ['routez', 'jsz'].map((page) =>
    fetch(`${node.monitorUrl}/${page}`).then((answer) => answer.text(), String),
  );
  return [node.name, ...(await Promise.all(pages)).map((page) => page.replaceAll(/\s+/g, ' ')), node.logTail].join(
    '\n',
  );
}

async function startNode(
  { version, folder, storeFolder, cleanup }: ClusterOptions,
  index: number,
  clusterPort: number,
  routes: readonly Route[],
): Promise<NatsNode> {
  const name = `nats-${index}`;
  const disk = SmallDisk.mount(join(storeFolder, name), diskMegabytes);
  cleanup.add(() => disk.unmount());
  const own = routes.filter(({ from }) => from === index);
  const cluster = own.length === 0 ? undefined : await clusterConfig(clusterPort, own);
  const node = NatsNode.create({
    name,
    version,
    port: await freePort(),
    monitorPort: await freePort(),
    folder,
    disk,
    cluster,
  });
  cleanup.add(() => node.kill());
  await node.start();
  return node;
}

/**
 * Servers tell each other and their clients the addresses they know. Told a port where nobody listens, none finds a way round the
 * proxies (nats-server documentation, "Clustering": advertise, no_advertise).
 */
async function clusterConfig(port: number, own: readonly Route[]): Promise<Record<string, unknown>> {
  return {
    name: 'faults',
    listen: `127.0.0.1:${port}`,
    advertise: `127.0.0.1:${await freePort()}`,
    no_advertise: true,
    routes: own.map(({ proxy }) => `nats-route://127.0.0.1:${proxy.port}`),
  };
}

function orderedPairs(count: number): Array<readonly [number, number]> {
  const all = Array.from({ length: count }, (_, index) => index);
  return all.flatMap((from) => all.filter((to) => to !== from).map((to) => [from, to] as const));
}

function touches(ends: readonly number[], one: number, other: number | undefined): boolean {
  return ends.includes(one) && (other === undefined || ends.includes(other));
}

/** `/healthz` of the monitoring port answers 200 once the metadata and all assets of the server are caught up. */
function isHealthy({ monitorUrl }: NatsNode): Promise<boolean> {
  return fetch(`${monitorUrl}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** The leader of the cluster's metadata lists its followers. */
async function leadsAll({ monitorUrl }: NatsNode, servers: number): Promise<boolean> {
  const answer = await fetch(`${monitorUrl}/jsz`).catch(() => undefined);
  const { meta_cluster: meta } = ((await answer?.json()) ?? {}) as {
    meta_cluster?: { replicas?: Array<{ offline?: boolean }> };
  };
  return (meta?.replicas ?? []).filter(({ offline }) => !offline).length === servers - 1;
}
