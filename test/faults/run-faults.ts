/** The loop of a run: one planned fault after the other, each followed by the measurement of the recovery. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../examples/sales-tech/random.js';
import type { History } from './history.js';
import { between, type FaultKind } from './kinds/fault-kind.js';
import type { PlannedFault } from './plan.js';
import type { Recovery } from './recovery.js';
import type { World } from './world/world.js';

export interface FaultRun {
  readonly world: World;
  readonly recovery: Recovery;
  readonly history: History;
  readonly plan: readonly PlannedFault<FaultKind>[];
  /** Ends the run after the fault that is under way. */
  readonly stop: AbortSignal;
}

export interface FaultCounts {
  /** That were injected and healed; the last one may not have been recovered from. */
  readonly faults: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** Of each fault, in seconds. */
  readonly recoverySeconds: readonly number[];
  /** What ended the run before its plan did. */
  readonly failure?: string;
}

export const recoveryMsMax = 30_000;
/** A random moment of calm before each fault: it would always hit tasks at the same point of their turn, just after the events by which the recovery was measured. */
const calmMsMax = 1_000;

/** Never throws for what a fault did: that is the `failure`. */
export async function runFaults({ world, recovery, history, plan, stop }: FaultRun): Promise<FaultCounts> {
  const byKind: Record<string, number> = {};
  const recoverySeconds: number[] = [];
  const counts = (failure?: string): FaultCounts => ({
    faults: sum(Object.values(byKind)),
    byKind,
    recoverySeconds,
    ...(failure !== undefined && { failure }),
  });
  for (const [index, { kind, seed }] of plan.entries()) {
    if (stop.aborted) return counts('stopped by hand');
    try {
      const random = seededRandom(seed);
      await sleep(between(random, 0, calmMsMax));
      const fault = await kind.inject(world, random);
      history.note({ what: 'fault', number: index + 1, kind: kind.name, ...fault.detail });
      await sleep(fault.holdMs);
      const more = await fault.heal();
      history.note({ what: 'healed', number: index + 1, ...more });
      byKind[kind.name] = (byKind[kind.name] ?? 0) + 1;
      recoverySeconds.push(Math.round(await recovery.measure(recoveryMsMax)) / 1000);
      history.tell({
        what: `${index + 1}/${plan.length} ${kind.name}`,
        ...fault.detail,
        heldMs: fault.holdMs,
        ...more,
        recoverySeconds: recoverySeconds.at(-1),
      });
    } catch (error) {
      const failure = `${kind.name}, fault ${index + 1}: ${(error as Error).message}`;
      history.tell({ what: 'failure', failure, stack: (error as Error).stack });
      return counts(failure);
    }
  }
  return counts();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
