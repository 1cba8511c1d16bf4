/**
 * Shares the tasks of a service among its processes: each task runs where its lease says (architecture §2.8).
 *
 * Leases are for peace, not for safety. Two owners at once cost conflicts, because the fence of a log lets one of them in.
 */
import { leasesBucketOf, membersBucketOf } from '#frame/log-name';
import type { Bucket, BucketEntry } from '#nats/bucket';
import { BucketWatch } from '#nats/bucket-watch';
import type { RuntimeContext } from './context.js';
import { decideLeases, type Lease, type LeaseAction } from './decide-leases.js';
import { Members, type Identity } from './members.js';
import type { TaskHost } from './task-host.js';
import { reasonOf } from './tellable-error.js';

/** Heartbeats of processes that are gone are kept this long; nobody counts them any more. */
const HEARTBEATS_KEPT_MS = 60_000;
/** A lease that cannot be given back is taken over like that of a dead process. */
const LEAVE_MS_MAX = 2_000;

/** How long entries of the members bucket stay. */
export function heartbeatsTtlMs(leaseTtlMs: number): number {
  return HEARTBEATS_KEPT_MS + leaseTtlMs;
}

export class Leases {
  readonly #leases = new Map<string, Lease>();
  readonly #members: Members;
  readonly #watch: BucketWatch;
  /** Tasks about which something is being done. */
  readonly #busy = new Set<string>();
  #closed = false;
  #onReleased: () => void = () => undefined;

  private constructor(private readonly context: RuntimeContext, private readonly self: Identity, private readonly tasks: readonly string[], private readonly host: TaskHost, private readonly bucket: Bucket, heartbeats: Bucket) {
    this.#members = new Members(context.nats, heartbeats, self, context.config.leaseTtlMs, () => this.#turn());
    this.#watch = new BucketWatch(context.nats, bucket.name, (entry) => this.#hear(entry));
  }

  /** @param tasks names of all tasks of the service */
  static async open(context: RuntimeContext, self: Identity, tasks: readonly string[], host: TaskHost): Promise<Leases> {
    const { nats, config, topology } = context;
    const { name } = topology.pipeline;
    const replicas = config.streamReplicas;
    const heartbeats = await nats.openBucket(membersBucketOf(name), { replicas, ttlMs: heartbeatsTtlMs(config.leaseTtlMs) });
    return new Leases(context, self, tasks, host, await nats.openBucket(leasesBucketOf(name), { replicas }), heartbeats);
  }

  /** Joins the service's processes and begins to take tasks. */
  async join(): Promise<void> {
    await this.#watch.ready;
    await this.#members.join();
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
    await within(LEAVE_MS_MAX, Promise.all([told, released]));
    this.#closed = true;
    this.#watch.close();
    await within(LEAVE_MS_MAX, this.#members.left());
  }

  /** Ends without a word, as a process that dies. */
  close(): void {
    this.#closed = true;
    this.#watch.close();
    this.#members.close();
  }

  #hear({ key, value, revision }: BucketEntry): void {
    if (!this.tasks.includes(key)) return;
    this.#learn(key, { owner: Buffer.from(value).toString(), revision });
    this.#turn();
  }

  #learn(task: string, lease: Lease): void {
    if (lease.revision > (this.#leases.get(task)?.revision ?? 0)) this.#leases.set(task, lease);
  }

  /** Looks at what is known now and does what follows from it; one thing at a time for each task. */
  #turn(): void {
    if (this.#closed) return;
    const members = this.#members.alive();
    const actions = decideLeases({ session: this.self.session, tasks: this.tasks, members, leases: this.#leases, running: this.host.running });
    for (const action of actions) if (!this.#busy.has(action.task)) void this.#do(action);
    if (this.#busy.size === 0 && actions.length === 0) this.#onReleased();
  }

  async #do(action: LeaseAction): Promise<void> {
    this.#busy.add(action.task);
    const known = this.#leases.get(action.task)?.revision;
    let done = false;
    try {
      done = await this.#execute(action);
    } catch (error) {
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
        return this.#write(task, this.self.session, action.revision);
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
    }
  }

  async #write(task: string, owner: string, expected: number): Promise<boolean> {
    const revision = await this.bucket.putIf(task, owner, expected);
    if (revision !== undefined) this.#learn(task, { owner, revision });
    return revision !== undefined;
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
