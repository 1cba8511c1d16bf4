/** Whether a service process is ready, and if not, why. */
import type { TaskStatus } from '../ground/task-status.js';
import type { Wait } from '../ground/waits.js';

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly tasks: number;
}

export interface ReadinessFacts {
  /** Whether it has begun to share the tasks with other processes. */
  readonly joined: boolean;
  readonly statuses: readonly TaskStatus[];
  /** Why it cannot say that it lives, or which tasks it has. */
  readonly silent: Wait | undefined;
  readonly connectionClosed: boolean;
  /** Since when there has been no connection, epoch ms. */
  readonly cutOffSinceMs: number | undefined;
  readonly nowMs: number;
  /** How long a wait is no news. */
  readonly waitMsMax: number;
}

/** A wait is no news at first: servers elect leaders, tasks move. A pod that is taken out for it would only make it longer. */
export function readinessOf({
  joined,
  statuses,
  silent,
  connectionClosed,
  cutOffSinceMs,
  nowMs,
  waitMsMax,
}: ReadinessFacts): Readiness {
  const isLong = (sinceMs: number): boolean => nowMs - sinceMs >= waitMsMax;
  const reasons = statuses.flatMap((status) => notReady(status, isLong));
  if (!joined) reasons.push('starting');
  if (silent && isLong(silent.sinceMs))
    reasons.push(
      `heartbeats or leases waiting for ${silent.for} since ${new Date(silent.sinceMs).toISOString()}: ${silent.reason}`,
    );
  if (connectionClosed) reasons.push('NATS connection closed');
  else if (cutOffSinceMs !== undefined && isLong(cutOffSinceMs))
    reasons.push(`no connection to NATS since ${new Date(cutOffSinceMs).toISOString()}`);
  return { ready: reasons.length === 0, reasons, tasks: statuses.length };
}

function notReady(
  { task, state, waitsFor, sinceMs = 0, reason }: TaskStatus,
  isLong: (sinceMs: number) => boolean,
): string[] {
  if (state === 'running' || (state === 'waiting' && !isLong(sinceMs))) return [];
  const what = state === 'waiting' ? `${state} for ${waitsFor} since ${new Date(sinceMs).toISOString()}` : state;
  return [`${task} ${what}${reason ? `: ${reason}` : ''}`];
}
