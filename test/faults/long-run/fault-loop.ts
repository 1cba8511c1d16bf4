/** One fault after the other at a steady pace, until the time is up; nobody waits for a recovery. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../examples/sales-tech/random.js';
import type { History } from '../history.js';
import { kindsFor } from '../kinds/all-kinds.js';
import type { FaultKind } from '../kinds/fault-kind.js';
import { planFaults } from '../plan.js';
import type { Crew } from '../world/crew.js';
import type { World } from '../world/world.js';

export interface FaultLoop {
  readonly world: World;
  readonly history: History;
  readonly seed: number;
  readonly everyMs: number;
  /** performance.now() at which it ends. */
  readonly untilMs: number;
  readonly stop: AbortSignal;
}

export interface LoopCounts {
  readonly faults: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/** More than an endless run takes. */
const planned = 10_000;

/** A worker of each service lives through the run, for its memory to be watched: so only the others are killed. Changes of version restart all. */
export async function runFaultLoop({ world, history, seed, everyMs, untilMs, stop }: FaultLoop): Promise<LoopCounts> {
  const kinds = kindsFor(world.cluster.nodes.length === 1 ? 'r1' : 'r3', []).filter(
    ({ name }) => !/^(upgrade|mix|retype)-/.test(name),
  );
  const byKind: Record<string, number> = {};
  const failures: string[] = [];
  let faults = 0;
  for (const { kind, seed: own } of planFaults(seed, planned, kinds)) {
    const startedMs = performance.now();
    if (startedMs >= untilMs || stop.aborted) break;
    try {
      await injectAndHeal(kind, own, { ...world, crew: mortalOf(world.crew, kind) }, history);
    } catch (error) {
      failures.push(`${kind.name}: ${(error as Error).message}`);
      history.tell({ what: 'failure', kind: kind.name, failure: (error as Error).message });
    }
    byKind[kind.name] = (byKind[kind.name] ?? 0) + 1;
    faults++;
    await sleep(Math.max(0, everyMs - (performance.now() - startedMs)));
  }
  return { faults, byKind, failures };
}

async function injectAndHeal(kind: FaultKind, seed: number, world: World, history: History): Promise<void> {
  const fault = await kind.inject(world, seededRandom(seed));
  history.note({ what: 'fault', kind: kind.name, ...fault.detail });
  await sleep(fault.holdMs);
  const more = await fault.heal();
  history.note({ what: 'healed', kind: kind.name, ...more });
}

/** Those whom a kind may choose from. */
function mortalOf(crew: Crew, { name }: FaultKind): Crew {
  if (!name.startsWith('kill-')) return crew;
  return Object.assign(Object.create(crew) as Crew, {
    of: (service: Parameters<Crew['of']>[0]) => crew.of(service).slice(1),
  });
}
