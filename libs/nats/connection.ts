/** The connection to NATS and the JetStream clients that hang on it. */
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';

export interface Nats {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Largest message the server takes, headers included, in bytes. */
  readonly payloadBytesMax: number;
}

export class NatsUnavailableError extends Error {
  override readonly name = 'NatsUnavailableError';
}

const API_TIMEOUT_MS = 10_000;

/**
 * Connects and checks that JetStream is enabled.
 * @throws NatsUnavailableError when no server answers or it has no JetStream
 */
export async function connectNats(url: string, name: string): Promise<Nats> {
  const nc = await connect({ servers: url.split(','), name, maxReconnectAttempts: -1, reconnectTimeWait: 250, timeout: 5_000 }).catch((cause: unknown) => {
    throw new NatsUnavailableError(`no NATS server answers at ${url}. Start one with JetStream (nats-server -js) or set --nats / AFL_NATS_URL.`, { cause });
  });
  try {
    const jsm = await jetstreamManager(nc, { timeout: API_TIMEOUT_MS });
    const payloadBytesMax = nc.info?.max_payload ?? 1_048_576;
    return { nc, js: jetstream(nc, { timeout: API_TIMEOUT_MS }), jsm, payloadBytesMax };
  } catch (cause) {
    await nc.close();
    throw new NatsUnavailableError(`the NATS server at ${url} answers, but JetStream does not. Start it with JetStream enabled (nats-server -js); in a cluster, wait until it has a leader.`, { cause });
  }
}

/** Runs `onReconnect` each time the client has reached a server again. Ends with the connection. */
export async function watchReconnects(nc: NatsConnection, onReconnect: () => void): Promise<void> {
  for await (const status of nc.status()) {
    if (status.type === 'reconnect') onReconnect();
  }
}
