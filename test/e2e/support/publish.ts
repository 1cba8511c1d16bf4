/** Plain JetStream publishes, as any producer of a user would do them. */
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';

export interface Message {
  readonly subject: string;
  readonly payload: Uint8Array | string;
}

const inFlightMax = 500;

/** Publishes with acknowledgement, in order. */
export async function publishAll({ js }: Pick<Nats, 'js'>, messages: readonly Message[]): Promise<void> {
  for (let at = 0; at < messages.length; at += inFlightMax) {
    await Promise.all(messages.slice(at, at + inFlightMax).map(({ subject, payload }) => js.publish(subject, payload)));
  }
}

/** Calls `work` with a connection that is closed afterwards. */
export async function withNats<Result>(url: string, work: (nats: Nats) => Promise<Result>): Promise<Result> {
  const nats = await connectNats(url, 'test-producer');
  try {
    return await work(nats);
  } finally {
    await nats.nc.close();
  }
}
