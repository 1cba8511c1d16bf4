/** What a kind of fault is: it does something to the world, for a while, and undoes it. */
import type { Random } from '../../../examples/sales-tech/random.js';
import type { Servers } from '../world/servers/nats-cluster.js';
import type { World } from '../world/world.js';

export interface Fault {
  /** To whom it was done, and how: for the history. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** How long the world stays so before `heal`. */
  readonly holdMs: number;
  /** Undoes it. @returns more for the history, known only now */
  heal(): Promise<Readonly<Record<string, unknown>>> | Promise<void>;
}

export interface FaultKind {
  readonly name: string;
  /** The topologies it applies to. */
  readonly on: readonly Servers[];
  /** Takes its time, or halts tasks on purpose: it comes only when `--only` names it. */
  readonly directed?: true;
  /** Begins the fault. @throws when the world is not as it has to be: that ends the run */
  inject(world: World, random: Random): Promise<Fault>;
}

export const everywhere: readonly Servers[] = ['r1', 'r3'];
export const clusterOnly: readonly Servers[] = ['r3'];

/** For faults that the world itself undoes, as a worker that is started again. */
export const healsItself = (): Promise<void> => Promise.resolve();

/** A whole number of milliseconds in [min, max). */
export function between(random: Random, minMs: number, maxMs: number): number {
  return minMs + random.below(maxMs - minMs);
}
