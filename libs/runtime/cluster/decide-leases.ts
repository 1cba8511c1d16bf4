/** What a process must do about the leases of its service, decided from facts alone. */
import { assignTasks } from './assign-tasks.js';

/** A process that lives, as its own heartbeats and those of the others say. */
export interface Member {
  /** One per start of a process. */
  readonly memberId: string;
  /** It drains: it keeps what it has until it has finished, and takes nothing. */
  readonly leaving: boolean;
}

export interface Lease {
  /** Session that runs the task; empty when nobody does. */
  readonly owner: string;
  /** Revision of the lease in its bucket. */
  readonly revision: number;
}

export interface LeaseFacts {
  readonly memberId: string;
  /** All tasks of the service. */
  readonly tasks: readonly string[];
  /** The members of the service that live, this process among them unless another has taken its name. */
  readonly members: readonly Member[];
  readonly leases: ReadonlyMap<string, Lease>;
  /** Tasks that this process runs. */
  readonly running: ReadonlySet<string>;
}

export type LeaseAction =
  /** The lease is free, or its owner is dead: write our memberId over `revision` (0: there is no entry). */
  | { readonly kind: 'take'; readonly task: string; readonly revision: number; readonly from: 'nobody' | 'dead' }
  /** The lease is ours: start the task. */
  | { readonly kind: 'run'; readonly task: string }
  /** Another member shall have it: end the task after its step, then free the lease. */
  | { readonly kind: 'release'; readonly task: string; readonly revision: number }
  /** The lease is no longer ours: end the task. */
  | { readonly kind: 'drop'; readonly task: string }
  /** We shall have it when the member that has it lets go: look, now and then, whether it did, and its word for it was deleted before we heard it. */
  | { readonly kind: 'look'; readonly task: string; readonly revision: number };

export function decideLeases(facts: LeaseFacts): LeaseAction[] {
  const takers = facts.members.filter(({ leaving }) => !leaving).map(({ memberId }) => memberId);
  const wanted = assignTasks(facts.tasks, takers);
  return facts.tasks.flatMap((task) => decide(task, wanted.get(task) === facts.memberId, facts) ?? []);
}

function decide(
  task: string,
  wanted: boolean,
  { memberId, members, leases, running }: LeaseFacts,
): LeaseAction | undefined {
  const lease = leases.get(task);
  if (lease?.owner === memberId) {
    if (!wanted) return { kind: 'release', task, revision: lease.revision };
    return running.has(task) ? undefined : { kind: 'run', task };
  }
  if (running.has(task)) return { kind: 'drop', task };
  if (!wanted) return undefined;
  if (lease && members.some((member) => member.memberId === lease.owner))
    return { kind: 'look', task, revision: lease.revision };
  return {
    kind: 'take',
    task,
    revision: lease?.revision ?? 0,
    from: lease === undefined || lease.owner === '' ? 'nobody' : 'dead',
  };
}
