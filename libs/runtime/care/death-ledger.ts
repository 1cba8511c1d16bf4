/** Keeps the death records of a service's tasks in the bucket of leases. It is written when a task is taken from the dead and while it is suspect, never else. */
import { deathKeyOf, leasesBucketOf } from '#frame/log-name';
import type { Bucket } from '#nats/ground/bucket';
import type { Nats } from '#nats/ground/nats';
import type { Logger } from '../ground/logger.js';
import { reasonOf } from '../ground/safe-error.js';
import { type DeathRecord, parseDeathRecord, recordAtStart, type Since } from './death-record.js';

const writeTimeoutMs = 2_000;

export class DeathLedger {
  readonly #since = new Map<string, Since>();

  constructor(
    private readonly bucket: Bucket,
    private readonly log: Logger,
  ) {}

  static async open(nats: Nats, pipeline: string, replicas: number, log: Logger): Promise<DeathLedger> {
    return new DeathLedger(await nats.openBucket(leasesBucketOf(pipeline), { replicas }), log);
  }

  /** This process has taken the lease of a task. */
  taken(task: string, since: Since): void {
    this.#since.set(task, since);
  }

  /** The task begins, or begins again. @param at where it stands @param waits whether there is something behind that it can have been working on @returns what speaks against it there, and since when this process has it */
  async begin(
    task: string,
    at: string,
    waits: boolean,
  ): Promise<{ readonly record: DeathRecord | undefined; readonly since: Since }> {
    // Read, not followed: what ingest takes whole must be known for sure.
    const entry = await this.bucket.get(deathKeyOf(task));
    const known = entry && parseDeathRecord(Buffer.from(entry.value).toString());
    const told = this.#since.get(task) ?? 'again';
    // Whoever had nothing to work on cannot have died of it. What is there now may have come since; what is not there never was.
    const since = told === 'death' && !waits ? 'order' : told;
    const record = recordAtStart(known, at, since);
    if (record && JSON.stringify(record) !== JSON.stringify(known)) await this.write(task, record);
    this.#since.delete(task);
    return { record, since };
  }

  /** Resolves when it is stored, or cannot be: then the next owner knows less, and the task is tried as if nothing had happened. @param must throws instead */
  async write(task: string, record: DeathRecord, must = false): Promise<void> {
    try {
      await this.bucket.put(deathKeyOf(task), JSON.stringify(record), writeTimeoutMs);
    } catch (error) {
      if (must) throw error;
      this.log.warn({ task, reason: reasonOf(error) }, 'deaths of its owners not noted');
    }
  }
}
