/**
 * Who lives: every process of a service writes a heartbeat into one bucket, and all follow it.
 *
 * No clock judges. The bucket's stream puts all heartbeats in one order, the same for everybody, and a process is dead when it is
 * missing between so many of our own. Whoever is cut off, stopped, or waits for a leader sees no own heartbeat and judges nobody.
 */

import { BucketWatch } from '#nats/buckets/bucket-watch';
import type { Bucket, BucketEntry } from '#nats/ground/bucket';
import type { Nats } from '#nats/ground/nats';
import type { Member } from './decide-leases.js';

/** Heartbeats in the lifetime of a lease. */
export const beats = 5;

export interface Identity {
  readonly service: string;
  /** Name of the process; of several with one name the newest counts. */
  readonly instance: string;
  /** One per start of a process. */
  readonly memberId: string;
  /** Epoch ms. */
  readonly startedMs: number;
}

export interface Heartbeat extends Identity {
  readonly state: 'present' | 'leaving' | 'left';
}

interface Known {
  readonly heartbeat: Heartbeat;
  /** Own heartbeats since. */
  missed: number;
}

export class Members {
  readonly #known = new Map<string, Known>();
  readonly #watch: BucketWatch;
  #state: Heartbeat['state'] = 'present';
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onChange called after every heartbeat, our own or another's @param onBadEntry told of one that cannot be read
   * @param onBeat told why our own heartbeat was not stored, or with undefined that it was
   */
  constructor(
    nats: Nats,
    private readonly bucket: Bucket,
    private readonly self: Identity,
    private readonly leaseTtlMs: number,
    private readonly onChange: () => void,
    onBadEntry: (error: Error) => void,
    private readonly onBeat: (error: Error | undefined) => void = () => undefined,
  ) {
    this.#watch = new BucketWatch(nats, bucket, (entry) => this.#hear(entry), onBadEntry);
  }

  /** Resolves when those who live are known. */
  async join(): Promise<void> {
    await this.#watch.ready;
    this.#timer = setInterval(() => void this.#beat(), this.leaseTtlMs / beats);
    await this.#beat();
  }

  /** Takes nothing more; the others may prepare to take over. */
  async leave(): Promise<void> {
    this.#state = 'leaving';
    await this.#beat();
  }

  async left(): Promise<void> {
    this.close();
    this.#state = 'left';
    await this.#beat();
  }

  /** Ends without a word, as a process that dies. */
  close(): void {
    clearInterval(this.#timer);
    this.#watch.close();
  }

  reopen(): void {
    this.#watch.reopen();
  }

  /** The members of this service that live. */
  alive(): Member[] {
    const heard = [...this.#known.values()].filter(({ missed }) => missed < beats).map(({ heartbeat }) => heartbeat);
    // Also one that has left has ended those before it under its name: else it would bring them back to life.
    const newest = heard.filter(
      (one) => !heard.some((other) => other.instance === one.instance && isNewer(other, one)),
    );
    const living = newest.filter(({ state }) => state !== 'left');
    return living.map(({ memberId, state }) => ({
      memberId,
      leaving: memberId === this.self.memberId ? this.#state !== 'present' : state === 'leaving',
    }));
  }

  async #beat(): Promise<void> {
    const heartbeat: Heartbeat = { ...this.self, state: this.#state };
    // The next one is on its way before an answer could be late; a lost one is just missing.
    await this.bucket
      .put(this.#keyOf(this.self.memberId), JSON.stringify(heartbeat), this.leaseTtlMs)
      .then(() => this.onBeat(undefined), this.onBeat);
  }

  #keyOf(memberId: string): string {
    return `${this.self.service}.${memberId}`;
  }

  #hear({ key, value }: BucketEntry): void {
    if (!key.startsWith(this.#keyOf(''))) return;
    const heartbeat = JSON.parse(Buffer.from(value).toString()) as Heartbeat;
    if (heartbeat.memberId === this.self.memberId) for (const known of this.#known.values()) known.missed += 1;
    this.#known.set(heartbeat.memberId, { heartbeat, missed: 0 });
    for (const [memberId, { missed }] of this.#known) if (missed >= beats) this.#known.delete(memberId);
    this.onChange();
  }
}

function isNewer(a: Heartbeat, b: Heartbeat): boolean {
  return a.startedMs === b.startedMs ? a.memberId > b.memberId : a.startedMs > b.startedMs;
}
