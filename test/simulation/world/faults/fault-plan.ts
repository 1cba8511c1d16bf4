/** The faults of a run: which, when, for how long. A function of the seed. */
import type { Random } from '../../time/random.js';
import { fair, type Roughness } from './weather.js';

export type Fault =
  /** kill -9, at once or at the next crash point but so many. */
  | { readonly kind: 'kill'; readonly victim: number; readonly points: number; readonly backAfterMs: number }
  /** SIGSTOP: a zombie that wakes. */
  | { readonly kind: 'pause'; readonly victim: number; readonly ms: number }
  /** SIGTERM, and another process with the same name. */
  | { readonly kind: 'leave'; readonly victim: number; readonly backAfterMs: number }
  | { readonly kind: 'disconnect'; readonly victim: number; readonly ms: number }
  | { readonly kind: 'rough'; readonly roughness: Roughness; readonly ms: number }
  /** A server stops and comes back; alone or the last one, all that is on its way is gone. */
  | { readonly kind: 'restart-server'; readonly server: number; readonly ms: number }
  /** Somebody edits all streams between two restarts of a server. */
  | { readonly kind: 'edit-between-restarts'; readonly server: number; readonly ms: number }
  /** A server hangs, and goes on. */
  | { readonly kind: 'hang-server'; readonly server: number; readonly ms: number }
  | { readonly kind: 'new-leader'; readonly stream: number; readonly electionMs: number; readonly formerMs: number }
  | { readonly kind: 'behind'; readonly stream: number; readonly ms: number }
  /** Somebody deletes or purges the bucket of tasks, leases or members. */
  | { readonly kind: 'delete-bucket' | 'purge-bucket'; readonly bucket: number }
  /** A stream may not grow any more, for a while. */
  | { readonly kind: 'tighten'; readonly stream: number; readonly ms: number }
  /** A stream gets a setting with which it may lose something, for a while. */
  | { readonly kind: 'forbid'; readonly stream: number; readonly ms: number }
  /** The clock of a machine jumps by an hour, and stays there. */
  | { readonly kind: 'set-clock'; readonly victim: number; readonly ahead: boolean }
  /** A process is replaced by one with the other version of the pipeline; the others keep theirs. */
  | { readonly kind: 'upgrade'; readonly victim: number }
  /** The log entries for which checkpoints stand are deleted. */
  | { readonly kind: 'clean-log' };

export interface PlannedFault {
  readonly atMs: number;
  readonly fault: Fault;
}

const ground = [
  'delete-bucket',
  'purge-bucket',
  'tighten',
  'forbid',
  'set-clock',
  'upgrade',
  'upgrade',
  'clean-log',
] as const;
const faultKinds = [
  'kill',
  'kill',
  'pause',
  'pause',
  'leave',
  'disconnect',
  'rough',
  'rough',
  'rough',
  'restart-server',
  'edit-between-restarts',
  'hang-server',
  'new-leader',
  'behind',
  ...ground,
] as const;

export function planFaults(count: number, fromMs: number, throughMs: number, random: Random): PlannedFault[] {
  return Array.from({ length: count }, () => ({
    atMs: random.between(fromMs, throughMs),
    fault: faultOf(random),
  })).sort((a, b) => a.atMs - b.atMs);
}

function faultOf(random: Random): Fault {
  const kind = random.pick(faultKinds);
  const any = random.int(0, 1_000);
  switch (kind) {
    case 'kill':
      return { kind, victim: any, points: random.pick([0, 0, 1, 2, 5]), backAfterMs: random.between(100, 3_000) };
    case 'leave':
      return { kind, victim: any, backAfterMs: random.between(100, 1_000) };
    case 'pause':
    case 'disconnect':
      return { kind, victim: any, ms: random.between(200, 7_000) };
    case 'rough':
      return { kind, roughness: roughnessOf(random), ms: random.between(500, 6_000) };
    case 'restart-server':
    case 'edit-between-restarts':
      return { kind, server: any, ms: random.between(100, 3_000) };
    case 'hang-server':
      return { kind, server: any, ms: random.between(500, 7_000) };
    case 'new-leader':
      return {
        kind,
        stream: any,
        electionMs: random.between(100, 4_000),
        formerMs: random.chance(0.5) ? random.between(100, 5_000) : 0,
      };
    case 'behind':
    case 'tighten':
    case 'forbid':
      return { kind, stream: any, ms: random.between(200, 4_000) };
    case 'delete-bucket':
    case 'purge-bucket':
      return { kind, bucket: any };
    case 'set-clock':
      return { kind, victim: any, ahead: random.chance(0.5) };
    case 'upgrade':
      return { kind, victim: any };
    case 'clean-log':
      return { kind };
  }
}

function roughnessOf(random: Random): Roughness {
  const share = random.pick([0.03, 0.1, 0.3]);
  switch (random.int(0, 5)) {
    case 0:
      return { ...fair, requestLost: share };
    case 1:
      return { ...fair, answerLost: share };
    case 2:
      return { ...fair, late: share };
    case 3:
      return { ...fair, store: share };
    case 4:
      return { ...fair, deliveryLost: share };
    default:
      return { requestLost: share / 3, answerLost: share / 3, late: share / 3, deliveryLost: 0, store: share };
  }
}
