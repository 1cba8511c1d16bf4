/**
 * The consumer of a stream that deletes what is acknowledged (retention `workqueue` or `interest`). It stays while no process reads, and is told only of what is
 * stored elsewhere. Its reader wants each message once and in order all the same: what was delivered to a reader before, and not acknowledged, is read from
 * the stream itself instead of waiting until it is delivered again; that is acknowledged when it comes.
 */
import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
} from '@nats-io/jetstream';
import type { Nats } from '../ground/nats.js';
import { StreamSetupError } from '../ground/stream-setup-error.js';
import { nextMessage } from '../streams/get-message.js';
import { filterOf } from './ephemeral-consumer.js';
import { messageOfStored } from './raw-message.js';
import type { Missed, OpenConsumer, ReaderConsumer } from './reader-consumer.js';

export interface DurableOptions {
  readonly stream: string;
  readonly name: string;
  /** All subjects when empty. */
  readonly filterSubjects: readonly string[];
  /** The stream's own limit of messages without an acknowledgement; undefined: none. */
  readonly unacknowledgedMax: number | undefined;
}

/** Messages on their way from the stream to where they are stored; after a kill so many are read one by one. */
const unacknowledgedMax = 10_000;
/** What was delivered and not stored within this time comes again, and is left out. */
const ackWaitMs = 30_000;
const acknowledgement = new TextEncoder().encode('+ACK');

const alreadyThere = 10148;
/** The subjects of another consumer, or all of them, are wanted once more. */
const notUnique: ReadonlySet<number> = new Set([10099, 10100]);

export class DurableConsumer implements ReaderConsumer {
  /** Where to acknowledge what was delivered, by sequence, in order of delivery. */
  readonly #delivered = new Map<number, string>();

  constructor(
    private readonly nats: Nats,
    private readonly options: DurableOptions,
  ) {}

  /** @throws StreamSetupError when another consumer takes the same messages */
  async open(nextSeq: number): Promise<OpenConsumer> {
    const { name, delivered, ack_floor: floor, num_pending: pending } = await this.#ensure();
    // What is acknowledged is stored.
    const from = Math.max(nextSeq, floor.stream_seq + 1);
    return { name, deliveries: delivered.consumer_seq, before: this.#missed(from, delivered.stream_seq, pending) };
  }

  delivered(seq: number, reply: string): void {
    this.#delivered.delete(seq);
    this.#delivered.set(seq, reply);
  }

  /** Everything through this sequence is stored. What is lost of this is given again when the message comes again. @returns whether there was something */
  acknowledge(through: number): boolean {
    let given = false;
    for (const [seq, reply] of this.#delivered) {
      if (seq > through) break;
      this.#delivered.delete(seq);
      this.nats.nc.publish(reply, acknowledgement);
      given = true;
    }
    return given;
  }

  /** It stays, and waits for the next reader. */
  end(): void {}

  async #ensure(): Promise<ConsumerInfo> {
    const { stream, name } = this.options;
    const { consumers } = this.nats.jsm;
    try {
      return await consumers.add(stream, this.#config());
    } catch (error) {
      const code = error instanceof JetStreamApiError ? error.code : undefined;
      // The pipeline's filter has changed since.
      if (code === alreadyThere) return consumers.update(stream, name, this.#config());
      if (code !== undefined && notUnique.has(code)) throw this.#taken();
      throw error;
    }
  }

  #config(): Partial<ConsumerConfig> & { readonly durable_name: string } {
    const { name, filterSubjects, unacknowledgedMax: limit = unacknowledgedMax } = this.options;
    return {
      durable_name: name,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: ackWaitMs * 1_000_000,
      max_ack_pending: Math.min(unacknowledgedMax, limit),
      ...filterOf(filterSubjects),
    };
  }

  #taken(): StreamSetupError {
    const { stream, filterSubjects, name } = this.options;
    const wanted = filterSubjects.length === 0 ? 'all subjects' : filterSubjects.join(', ');
    return new StreamSetupError(
      `${stream} is a work queue, which gives each message to one consumer, and another one than ours (${name}) takes ${wanted} or a part of them. Delete the other consumer, let filter name other subjects, or read a stream that has this one as its source.`,
    );
  }

  async *#missed(from: number, through: number, pending: number): AsyncGenerator<Missed> {
    const { stream, filterSubjects } = this.options;
    for (let seq = from; seq <= through; ) {
      const stored = await nextMessage(this.nats, stream, seq, filterSubjects);
      if (!stored || stored.seq > through) return;
      yield {
        message: messageOfStored(stored),
        delivery: { seq: stored.seq, timeNs: nanoseconds(stored.timestamp), pending },
      };
      seq = stored.seq + 1;
    }
  }
}

/** @param time as the server writes it: RFC 3339 in UTC, up to nine digits of a second */
export function nanoseconds(time: string): string {
  const [, seconds, fraction = ''] = /^([^.Z]*)(?:\.(\d*))?Z$/.exec(time) ?? [];
  if (seconds === undefined) throw new TypeError(`"${time}" is no time of a server`);
  return `${Date.parse(`${seconds}Z`) / 1000}${fraction.padEnd(9, '0')}`;
}
