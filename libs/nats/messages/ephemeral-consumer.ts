/** A consumer without acknowledgements that begins where its reader wants, and ends with it: of streams that keep what was read. */
import { AckPolicy, type ConsumerConfig, DeliverPolicy } from '@nats-io/jetstream';
import type { Nats } from '../ground/nats.js';
import type { Missed, OpenConsumer, ReaderConsumer } from './reader-consumer.js';

export interface EphemeralOptions {
  readonly stream: string;
  readonly filterSubjects?: readonly string[];
  /** Headers only: for recovery, which needs no payloads. */
  readonly headersOnly?: boolean;
  /** Leaves its consumers to end by themselves, after a minute: on a stream of the user we need not be allowed to delete consumers. */
  readonly leavesConsumers?: boolean;
  /** How long the stream lets a consumer be idle, when it says so. */
  readonly consumerIdleMsMax?: number | undefined;
}

const inactiveThresholdMs = 60_000;

export class EphemeralConsumer implements ReaderConsumer {
  constructor(
    private readonly nats: Nats,
    private readonly options: EphemeralOptions,
  ) {}

  async open(nextSeq: number): Promise<OpenConsumer> {
    const { stream, consumerIdleMsMax = inactiveThresholdMs, headersOnly, filterSubjects } = this.options;
    const { name } = await this.nats.jsm.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: nextSeq,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: Math.min(inactiveThresholdMs, consumerIdleMsMax) * 1_000_000,
      max_deliver: 1,
      ...(headersOnly && { headers_only: true }),
      ...filterOf(filterSubjects),
    });
    return { name, deliveries: 0, before: nothing() };
  }

  end(name: string): void {
    if (!this.options.leavesConsumers && !this.nats.nc.isClosed())
      this.nats.nc.publish(`$JS.API.CONSUMER.DELETE.${this.options.stream}.${name}`);
  }
}

/** @param filters all subjects when empty */
export function filterOf(filters: readonly string[] = []): Pick<ConsumerConfig, 'filter_subject' | 'filter_subjects'> {
  if (filters.length === 0) return {};
  return filters.length === 1 ? { filter_subject: filters[0]! } : { filter_subjects: [...filters] };
}

async function* nothing(): AsyncGenerator<Missed> {}
