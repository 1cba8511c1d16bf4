/** Faults of the nats-servers: killed, paused, the leader of a stream, all at once, a full disk. */
import { streamOf } from '#frame/log-name';
import { streamInfo } from '#nats/streams/stream-info';
import { logsWrittenBy } from '#stages/topology/topology';
import type { Random } from '../../../examples/sales-tech/random.js';
import type { NatsNode } from '../world/servers/nats-node.js';
import type { World } from '../world/world.js';
import { between, clusterOnly, everywhere, type Fault, type FaultKind } from './fault-kind.js';

const downMs: readonly [number, number] = [200, 1_500];
const pauseMs: readonly [number, number] = [1_000, 5_000];
const fullMs: readonly [number, number] = [1_500, 3_000];

type Choose = (world: World, random: Random) => Promise<{ node: NatsNode; stream?: string }>;

const anyServer: Choose = async ({ cluster }, random) => ({ node: random.pick(cluster.nodes) });

/** The server that leads one of the pipeline's logs. */
const leaderOfSomeLog: Choose = async ({ cluster, admin, topology }, random) => {
  const logs = topology.tasks.flatMap(logsWrittenBy);
  const stream = streamOf(random.pick(logs));
  const leader = (await streamInfo(admin, stream))?.cluster?.leader;
  const node = cluster.nodes.find(({ name }) => name === leader);
  if (!node)
    throw new Error(
      `stream ${stream} has no leader among the servers (it says ${leader}), although the last fault has healed`,
    );
  return { node, stream };
};

const kill = (name: string, on: FaultKind['on'], choose: Choose): FaultKind => ({
  name,
  on,
  inject: async (world, random) => {
    const { node, stream } = await choose(world, random);
    await node.kill();
    return { detail: { server: node.name, stream }, holdMs: between(random, ...downMs), heal: () => node.start() };
  },
});

const pause = (name: string, on: FaultKind['on'], choose: Choose): FaultKind => ({
  name,
  on,
  inject: async (world, random) => {
    const { node, stream } = await choose(world, random);
    node.pause();
    return {
      detail: { server: node.name, stream },
      holdMs: between(random, ...pauseMs),
      heal: async () => node.resume(),
    };
  },
});

const all = (name: string, end: (node: NatsNode) => Promise<void>): FaultKind => ({
  name,
  on: clusterOnly,
  inject: async ({ cluster: { nodes } }, random) => {
    await Promise.all(nodes.map(end));
    return {
      detail: {},
      holdMs: between(random, ...downMs),
      heal: async () => void (await Promise.all(nodes.map((node) => node.start()))),
    };
  },
});

/** The room goes, comes back, and the server is restarted: 2.9 hangs on a full disk, later ones stop answering until they restart. */
const fullDisk: FaultKind = {
  name: 'full-disk',
  on: everywhere,
  inject: async ({ cluster }, random): Promise<Fault> => {
    const node = random.pick(cluster.nodes);
    const bytes = node.disk.fill();
    return {
      detail: { server: node.name, bytes },
      holdMs: between(random, ...fullMs),
      heal: async () => {
        node.disk.empty();
        await node.kill();
        await node.start();
      },
    };
  },
};

export const serverFaults: readonly FaultKind[] = [
  kill('kill-server', everywhere, anyServer),
  pause('pause-server', everywhere, anyServer),
  kill('kill-leader', clusterOnly, leaderOfSomeLog),
  pause('pause-leader', clusterOnly, leaderOfSomeLog),
  all('kill-all-servers', (node) => node.kill()),
  all('restart-all-servers', (node) => node.stop()),
  fullDisk,
];
