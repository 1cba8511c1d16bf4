/** Faults of the network: between a worker and the servers, between servers, and answers that get lost. */
import type { Random } from '../../../examples/sales-tech/random.js';
import type { Worker } from '../world/worker.js';
import { between, clusterOnly, everywhere, type FaultKind } from './fault-kind.js';

const cutMs: readonly [number, number] = [200, 4_000];
const lostAckMs: readonly [number, number] = [300, 1_500];
const routesMs: readonly [number, number] = [1_000, 6_000];

interface Trouble {
  readonly name: string;
  readonly holdMs: readonly [number, number];
  /** @returns more for the history */
  begin(worker: Worker, random: Random): Readonly<Record<string, unknown>>;
}

/** Of which there is nothing more to say. */
const quietly =
  (begin: (worker: Worker) => void): Trouble['begin'] =>
  (worker) => {
    begin(worker);
    return {};
  };

/** Something happens to the network of one worker. */
const workerNetwork = ({ name, holdMs, begin }: Trouble): FaultKind => ({
  name,
  on: everywhere,
  inject: async ({ crew }, random) => {
    const worker = random.pick(crew.workers);
    const { link } = worker;
    const before = link.acksLost;
    const detail = begin(worker, random);
    return {
      detail: { worker: worker.name, ...detail },
      holdMs: between(random, ...holdMs),
      heal: async () => {
        link.repair();
        return link.acksLost > before ? { acksLost: link.acksLost - before } : {};
      },
    };
  },
});

const cutServers: FaultKind = {
  name: 'cut-servers',
  on: clusterOnly,
  inject: async ({ cluster }, random) => {
    const one = random.below(cluster.nodes.length);
    // Half of the time one server is alone; else two do not see each other while the third sees both.
    const other = random.below(2) === 0 ? undefined : (one + 1) % cluster.nodes.length;
    cluster.cutRoutes(one, other);
    return {
      detail: {
        server: cluster.nodes[one]!.name,
        from: other === undefined ? 'the others' : cluster.nodes[other]!.name,
      },
      holdMs: between(random, ...routesMs),
      heal: async () => cluster.mendRoutes(),
    };
  },
};

export const networkFaults: readonly FaultKind[] = [
  workerNetwork({
    name: 'cut-worker',
    holdMs: cutMs,
    begin: ({ link }, random) => {
      const way = random.below(2) === 0 ? undefined : random.below(link.ways);
      link.cut(way);
      return { from: way === undefined ? 'all servers' : `nats-${way}` };
    },
  }),
  // What stood still arrives late: publishes of a worker that has lost its tasks meanwhile.
  workerNetwork({ name: 'freeze-worker', holdMs: [1_000, 6_000], begin: quietly(({ link }) => link.freeze('both')) }),
  // Requests are carried out, their answers stand still and then die with the connection.
  workerNetwork({ name: 'lost-answers', holdMs: lostAckMs, begin: quietly(({ link }) => link.freeze('answers')) }),
  workerNetwork({ name: 'lost-ack', holdMs: lostAckMs, begin: quietly(({ link }) => link.loseAcks()) }),
  cutServers,
];
