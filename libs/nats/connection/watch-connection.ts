/** Follows whether there is a connection to a NATS server. */
import type { NatsConnection } from '@nats-io/transport-node';

/** Tells at once and at every change. Ends with the connection. */
export async function watchConnection(
  nc: Pick<NatsConnection, 'status'>,
  onChange: (connected: boolean) => void,
): Promise<void> {
  onChange(true);
  for await (const { type } of nc.status()) {
    if (type === 'reconnect') onChange(true);
    if (type === 'disconnect') onChange(false);
  }
}
