/** The connection to NATS: who connects how, and what is checked before anybody uses it. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { bucketOpener } from '../buckets/client-bucket.js';
import type { NatsClient } from '../ground/nats.js';
import { NatsUnavailableError } from '../ground/nats-unavailable-error.js';
import { rawMessageProblem } from '../messages/raw-message.js';
import { connectProblem } from './connect-problem.js';
import { accessOptions, type NatsAccess } from './nats-access.js';
import { maskServerUrls } from './server-urls.js';
import { steadyReconnects } from './steady-reconnects.js';

const apiTimeoutMs = 5_000;
const connectTimeoutMs = 5_000;
/** A server that hangs or is cut off says nothing: after so many unanswered pings the client looks for another one. */
const reconnectMs = 250;
const pingEveryMs = 2_000;
const pingsUnansweredMax = 2;

/**
 * Connects and checks that JetStream is enabled.
 * @param url one server or several, separated by commas, with or without credentials (`parseServerUrls`)
 * @param access how we prove who we are
 * @throws NatsUnavailableError when no server answers or takes us, it has no JetStream, or the client is not the one we know
 */
export async function connectNats(url: string, name: string, access: NatsAccess = {}): Promise<NatsClient> {
  const nc = await connect({
    ...accessOptions(url, access),
    name,
    maxReconnectAttempts: -1,
    // Credentials may be renewed while we are refused.
    ignoreAuthErrorAbort: true,
    ...steadyReconnects(reconnectMs),
    timeout: connectTimeoutMs,
    pingInterval: pingEveryMs,
    maxPingOut: pingsUnansweredMax,
  }).catch((cause: Error) => {
    throw new NatsUnavailableError(connectProblem(url, cause), { cause });
  });
  try {
    return await withJetStream(nc, access);
  } catch (cause) {
    await nc.close();
    throw cause instanceof NatsUnavailableError ? cause : withoutJetStream(url, cause as Error);
  }
}

async function withJetStream(nc: NatsConnection, { inboxPrefix = '_INBOX' }: NatsAccess): Promise<NatsClient> {
  const jsm = await jetstreamManager(nc, { timeout: apiTimeoutMs });
  const problem = rawMessageProblem(await nc.request('$JS.API.INFO', undefined, { timeout: apiTimeoutMs }));
  if (problem !== undefined) throw new NatsUnavailableError(problem);
  const js = jetstream(nc, { timeout: apiTimeoutMs });
  const { version: serverVersion = '0', max_payload: payloadBytesMax = 1_048_576 } = nc.info ?? {};
  return {
    nc,
    js,
    jsm,
    serverVersion,
    payloadBytesMax,
    inboxPrefix,
    account: () => jsm.getAccountInfo(),
    openBucket: bucketOpener(js, jsm, serverVersion),
  };
}

function withoutJetStream(url: string, cause: Error): NatsUnavailableError {
  const server = `the NATS server at ${maskServerUrls(url)} answers`;
  return /permissions violation/i.test(cause.message)
    ? new NatsUnavailableError(
        `${server}, but this user may not use JetStream (${cause.message}). Give it the permissions that \`afluente permissions\` prints.`,
        { cause },
      )
    : new NatsUnavailableError(
        `${server}, but JetStream does not. Start it with JetStream enabled (nats-server -js); in a cluster, wait until it has a leader.`,
        { cause },
      );
}

/** Runs `onReconnect` each time the client has reached a server again. Ends with the connection. */
export async function watchReconnects(nc: Pick<NatsConnection, 'status'>, onReconnect: () => void): Promise<void> {
  for await (const status of nc.status()) {
    if (status.type === 'reconnect') onReconnect();
  }
}
