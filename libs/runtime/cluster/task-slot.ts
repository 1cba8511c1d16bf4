/** One task of a process: whether it runs, waits or is halted, how it has failed, and what of this others are told. */
import type { TaskReading } from '#telemetry/task-gauges';
import type { Runnable, TaskState, TaskStatus } from '../ground/task-status.js';
import { type Wait, Waits } from '../ground/waits.js';
import type { RuntimeContext } from './context.js';

export interface TaskSlot {
  readonly runnable: Runnable;
  state: Exclude<TaskState, 'waiting'>;
  readonly waits: Waits;
  halt: Omit<Wait, 'for'> | undefined;
  /** Since when every attempt has ended with a reason to halt, epoch ms. */
  haltsSinceMs: number | undefined;
  /** Where its inputs stood when it failed last, how often it has failed there, and how often because of what it read there. */
  failed: { readonly at: string; readonly times: number; readonly byInput: number };
  readonly stop: AbortController;
  ended: Promise<void>;
}

export const neverFailed = { at: '', times: 0, byInput: 0 };

export function openSlot(runnable: Runnable, { now, topology }: RuntimeContext): TaskSlot {
  return {
    runnable,
    state: 'running',
    waits: new Waits(now, topology.pipeline.lake.commit.latestMs),
    halt: undefined,
    haltsSinceMs: undefined,
    failed: neverFailed,
    stop: new AbortController(),
    ended: Promise.resolve(),
  };
}

/** What the metrics show of it. */
export function readingOf(slot: TaskSlot, { now, care }: RuntimeContext): TaskReading {
  const { runnable } = slot;
  const { state, waitsFor, sinceMs } = stateOf(slot);
  const { task, idle, watermarkMs } = runnable.status();
  const { lag, streams, remembered, table } = runnable.measure();
  // The times are the server's: its clock may be ahead of ours.
  const seconds = lag.oldestMs === undefined ? 0 : Math.max(0, (now() - lag.oldestMs) / 1000);
  const suspect = care?.suspects.has(task) === true;
  const waiting = waitsFor && { for: waitsFor, seconds: (now() - sinceMs!) / 1000 };
  return {
    task,
    state,
    ...(waiting && { waiting }),
    idle,
    suspect,
    watermarkMs,
    lag: { messages: lag.messages, events: lag.events, seconds },
    streams,
    ...(remembered && { remembered }),
    ...(table && { table }),
  };
}

export function statusOf(slot: TaskSlot, { config, now }: RuntimeContext): TaskStatus {
  return {
    ...slot.runnable.status(),
    owner: config.instance,
    ...stateOf(slot),
    updatedMs: now(),
  };
}

function stateOf({
  runnable,
  state,
  halt,
  waits,
}: TaskSlot): Pick<TaskStatus, 'state' | 'reason' | 'sinceMs' | 'waitsFor'> {
  const wait = state === 'running' ? waits.current(runnable.status().inputs) : undefined;
  if (wait) return { state: 'waiting', waitsFor: wait.for, sinceMs: wait.sinceMs, reason: wait.reason };
  return { state, ...halt };
}

/** How far a task has stored what it read. */
export function placeOf(runnable: Runnable): string {
  return JSON.stringify(runnable.status().inputs.map(({ position }) => position));
}
