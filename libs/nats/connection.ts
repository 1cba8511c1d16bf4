/** The connection to NATS: the few operations of the client that Afluente uses, so that a model of JetStream can stand in for it. */
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { bucketOpener, type Bucket, type BucketSettings } from './bucket.js';
import { connectProblem } from './connect-problem.js';
import { accessOptions, type NatsAccess } from './nats-access.js';
import { NatsUnavailableError } from './nats-unavailable-error.js';
import { maskServerUrls } from './server-urls.js';

export { NatsUnavailableError };

export interface Nats {
  readonly nc: Pick<NatsConnection, 'publish' | 'subscribe' | 'isClosed' | 'close' | 'drain' | 'getServer' | 'status'>;
  readonly js: Pick<JetStreamClient, 'publish'>;
  readonly jsm: {
    readonly streams: Pick<JetStreamManager['streams'], 'add' | 'info' | 'getMessage' | 'names' | 'purge'>;
    readonly consumers: Pick<JetStreamManager['consumers'], 'add'>;
  };
  /** Version of the server that was reached first, e.g. `2.10.27`. */
  readonly serverVersion: string;
  /** Largest message the server takes, headers included, in bytes. */
  readonly payloadBytesMax: number;
  /** What the subjects begin with on which this connection gets answers. */
  readonly inboxPrefix: string;
  /** Opens a key-value bucket, and creates it when absent. */
  openBucket(name: string, settings: BucketSettings): Promise<Bucket>;
}

/** A connection to a real server, with all that its client offers. */
export interface NatsClient extends Nats {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

const API_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A server that hangs or is cut off says nothing: after so many unanswered pings the client looks for another one. */
const PING_EVERY_MS = 2_000;
const PINGS_UNANSWERED_MAX = 2;

/**
 * Connects and checks that JetStream is enabled.
 * @param url one server or several, separated by commas, with or without credentials (`parseServerUrls`)
 * @param access how we prove who we are
 * @throws NatsUnavailableError when no server answers or takes us, or it has no JetStream
 */
export async function connectNats(url: string, name: string, access: NatsAccess = {}): Promise<NatsClient> {
  const nc = await connect({
    ...accessOptions(url, access),
    name,
    maxReconnectAttempts: -1,
    // Credentials may be renewed while we are refused.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_EVERY_MS,
    maxPingOut: PINGS_UNANSWERED_MAX,
  }).catch((cause: Error) => {
    throw new NatsUnavailableError(connectProblem(url, cause), { cause });
  });
  try {
    const jsm = await jetstreamManager(nc, { timeout: API_TIMEOUT_MS });
    const js = jetstream(nc, { timeout: API_TIMEOUT_MS });
    const { version: serverVersion = '0', max_payload: payloadBytesMax = 1_048_576 } = nc.info ?? {};
    return { nc, js, jsm, serverVersion, payloadBytesMax, inboxPrefix: access.inboxPrefix ?? '_INBOX', openBucket: bucketOpener(js, jsm, serverVersion) };
  } catch (cause) {
    await nc.close();
    const { message } = cause as Error;
    if (/permissions violation/i.test(message)) throw new NatsUnavailableError(`the NATS server at ${maskServerUrls(url)} answers, but this user may not use JetStream (${message}). Give it the permissions that \`afluente permissions\` prints.`, { cause });
    throw new NatsUnavailableError(`the NATS server at ${maskServerUrls(url)} answers, but JetStream does not. Start it with JetStream enabled (nats-server -js); in a cluster, wait until it has a leader.`, { cause });
  }
}

/** Runs `onReconnect` each time the client has reached a server again. Ends with the connection. */
export async function watchReconnects(nc: Pick<NatsConnection, 'status'>, onReconnect: () => void): Promise<void> {
  for await (const status of nc.status()) {
    if (status.type === 'reconnect') onReconnect();
  }
}
