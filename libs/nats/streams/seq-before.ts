/** Finds the place of a time in a stream. */
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import type { Nats } from '../ground/nats.js';

const inactiveThresholdMs = 5_000;

/** Sequence behind which everything was stored at `timeMs` or later. */
export async function seqBefore({ jsm }: Nats, stream: string, timeMs: number): Promise<number> {
  // The server finds it, and tells where this consumer would begin; it ends by itself.
  const { delivered } = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(timeMs).toISOString(),
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: inactiveThresholdMs * 1_000_000,
  });
  return delivered.stream_seq;
}
