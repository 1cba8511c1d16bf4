/**
 * Shares the tasks of a service among its processes: each task runs where its lease says.
 *
 * Leases are for peace, not for safety. Two owners at once cost conflicts, because the fence of a log lets one of them in.
 */
import { leasesBucketOf, membersBucketOf } from '#frame/log-name';
import { BucketWatch } from '#nats/buckets/bucket-watch';
import type { Bucket, BucketEntry } from '#nats/ground/bucket';
import { reasonOf } from '../ground/safe-error.js';
import { type Wait, Waits } from '../ground/waits.js';
import type { RuntimeContext } from './context.js';
import { decideLeases, type Lease, type LeaseAction } from './decide-leases.js';
import { type Identity, Members } from './members.js';
import type { TaskHost } from './task-host.js';

/** Heartbeats of processes that are gone are kept this long; nobody counts them any more. */
const heartbeatsKeptMs = 60_000;
/** A lease that cannot be given back is taken over like that of a dead process. */
const leaveMsMax = 2_000;
/** Whoever waits for a lease reads it after so many heartbeats, of whichever process: a release takes one or two. */
const beatsPerLook = 20;

/** How long entries of the members bucket stay. */
export function heartbeatsTtlMs(leaseTtlMs: number): number {
  return heartbeatsKeptMs + leaseTtlMs;
}

export class Leases {
  readonly #leases = new Map<string, Lease>();
  readonly #waits: Waits;
  readonly #members: Members;
  readonly #watch: BucketWatch;
  /** Tasks about which something is being done. */
  readonly #busy = new Set<string>();
  /** For how many turns in a row each lease was waited for. */
  #waited: ReadonlyMap<string, number> = new Map();
  #closed = false;
  #onReleased: () => void = () => undefined;

  private constructor(
    private readonly context: RuntimeContext,
    private readonly self: Identity,
    private readonly tasks: readonly string[],
    private readonly host: TaskHost,
    private readonly bucket: Bucket,
    heartbeats: Bucket,
  ) {
    const onBadEntry = (error: Error): void =>
      context.log.warn(
        { reason: reasonOf(error), err: error },
        'an entry of the leases or members bucket is left out: it cannot be used',
      );
    this.#waits = new Waits(context.now);
    this.#members = new Members(
      context.nats,
      heartbeats,
      self,
      context.config.leaseTtlMs,
      () => this.#turn(),
      onBadEntry,
      this.#waits.of('heartbeats'),
    );
    this.#watch = new BucketWatch(
      context.nats,
      bucket,
      (entry) => this.#hear(entry),
      onBadEntry,
      () => this.#leases.clear(),
    );
  }

  /** @param tasks names of all tasks of the service */
  static async open(
    context: RuntimeContext,
    self: Identity,
    tasks: readonly string[],
    host: TaskHost,
  ): Promise<Leases> {
    const { nats, config, topology } = context;
    const { name } = topology.pipeline;
    const replicas = config.streamReplicas;
    const heartbeats = await nats.openBucket(membersBucketOf(name), {
      replicas,
      ttlMs: heartbeatsTtlMs(config.leaseTtlMs),
    });
    return new Leases(
      context,
      self,
      tasks,
      host,
      await nats.openBucket(leasesBucketOf(name), { replicas }),
      heartbeats,
    );
  }

  /** Joins the service's processes and begins to take tasks. */
  async join(): Promise<void> {
    await this.#watch.ready;
    await this.#members.join();
  }

  /** Why this process cannot say that it lives, or which tasks it has: then it takes none, or nobody takes over from it. */
  get wait(): Wait | undefined {
    return this.#waits.current([]);
  }

  onReconnect(): void {
    this.#watch.reopen();
    this.#members.reopen();
  }

  /** Ends every task after its step and gives its lease back, so that another process goes on at once. */
  async leave(): Promise<void> {
    const released = new Promise<void>((resolve) => (this.#onReleased = resolve));
    const told = this.#members.leave();
    this.#turn();
    await this.host.stop();
    await within(leaveMsMax, Promise.all([told, released]));
    this.#closed = true;
    this.#watch.close();
    await within(leaveMsMax, this.#members.left());
  }

  /** Ends without a word, as a process that dies. */
  close(): void {
    this.#closed = true;
    this.#watch.close();
    this.#members.close();
  }

  #hear({ key, ...entry }: BucketEntry): void {
    if (!this.tasks.includes(key)) return;
    this.#learn(key, leaseOf(entry));
    this.#turn();
  }

  #learn(task: string, lease: Lease): void {
    if (lease.revision > (this.#leases.get(task)?.revision ?? 0)) this.#leases.set(task, lease);
  }

  /** Looks at what is known now and does what follows from it; one thing at a time for each task. */
  #turn(): void {
    if (this.#closed) return;
    const members = this.#members.alive();
    const actions = decideLeases({
      memberId: this.self.memberId,
      tasks: this.tasks,
      members,
      leases: this.#leases,
      running: this.host.running,
    });
    const waited = actions
      .filter(({ kind }) => kind === 'look')
      .map(({ task }) => [task, (this.#waited.get(task) ?? 0) + 1] as const);
    this.#waited = new Map(waited);
    this.#forgetOthers(actions);
    const isDue = ({ kind, task }: LeaseAction): boolean =>
      kind !== 'look' || this.#waited.get(task)! % beatsPerLook === 0;
    for (const action of actions) if (!this.#busy.has(action.task) && isDue(action)) void this.#do(action);
    if (this.#busy.size === 0 && actions.length === 0) this.#onReleased();
  }

  /** Whoever has nothing to do about a task waits for nothing there: another process may have taken what could not be taken here. */
  #forgetOthers(actions: readonly LeaseAction[]): void {
    const ours = new Set(actions.map(({ task }) => task));
    for (const task of this.tasks) if (!ours.has(task) && !this.#busy.has(task)) this.#waits.works(waitOf(task));
  }

  async #do(action: LeaseAction): Promise<void> {
    this.#busy.add(action.task);
    const known = this.#leases.get(action.task)?.revision;
    let done = false;
    try {
      done = await this.#execute(action);
      this.#waits.works(waitOf(action.task));
    } catch (error) {
      this.#waits.fails(waitOf(action.task), error);
      // Whatever was stored shows in the bucket, and the next heartbeat decides again.
      this.context.log.warn({ task: action.task, reason: reasonOf(error) }, `lease: could not ${action.kind}`);
    }
    this.#busy.delete(action.task);
    if (done || this.#leases.get(action.task)?.revision !== known) this.#turn();
  }

  /** @returns whether it came about; if not, the bucket will show why */
  async #execute(action: LeaseAction): Promise<boolean> {
    const { task } = action;
    switch (action.kind) {
      case 'take':
        // Before: the lease may be ours without an answer that says so.
        this.context.care?.ledger.taken(task, action.from === 'dead' ? 'death' : 'order');
        if (!(await this.#write(task, this.self.memberId, action.revision))) return false;
        if (action.from === 'dead') this.context.metrics.ownerDied(task);
        return true;
      case 'run':
        this.context.log.info({ task }, 'task runs here');
        this.host.run(task);
        return true;
      case 'release':
        await this.host.end(task, 'released');
        this.context.log.info({ task }, 'task released');
        return this.#write(task, '', action.revision);
      case 'drop':
        this.context.log.warn({ task }, 'task was taken over by another process');
        await this.host.end(task, 'lost');
        return true;
      case 'look':
        return this.#look(task, action.revision);
    }
  }

  /** @returns whether it is not as we believed */
  async #look(task: string, revision: number): Promise<boolean> {
    const entry = await this.bucket.get(task);
    if (entry) this.#learn(task, leaseOf(entry));
    else if (this.#leases.get(task)?.revision === revision) this.#leases.delete(task);
    return entry?.revision !== revision;
  }

  async #write(task: string, owner: string, expected: number): Promise<boolean> {
    const revision = (await this.bucket.putIf(task, owner, expected)) ?? (await this.#writeAnew(task, owner));
    if (revision !== undefined) this.#leases.set(task, { owner, revision });
    return revision !== undefined;
  }

  /** Somebody may have deleted the entry, or purged the bucket, of which nobody is told: the others still believe what it said. */
  async #writeAnew(task: string, owner: string): Promise<number | undefined> {
    const entry = await this.bucket.get(task);
    if (!entry) return this.bucket.putIf(task, owner, 0);
    this.#learn(task, leaseOf(entry));
    return undefined;
  }
}

function waitOf(task: string): string {
  return `lease of ${task}`;
}

function leaseOf({ value, revision }: Pick<BucketEntry, 'value' | 'revision'>): Lease {
  return { owner: Buffer.from(value).toString(), revision };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
