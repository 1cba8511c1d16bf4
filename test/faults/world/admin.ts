/** The harness's own eyes on the servers: a connection past all proxies, whose questions give up quickly. */
import { connect } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { bucketOpener } from '#nats/bucket';
import type { NatsClient } from '#nats/connection';

const ASK_MS_MAX = 1_000;
const PAYLOAD_BYTES_MAX = 1_048_576;

/** @param urls comma-separated */
export async function connectAdmin(urls: string): Promise<NatsClient> {
  const nc = await connect({ servers: urls.split(','), name: 'fault-harness', maxReconnectAttempts: -1, reconnectTimeWait: 100, reconnectJitter: 50, pingInterval: 1_000, maxPingOut: 2 });
  // Faults are what the harness is for: JetStream may be away at any time, so nothing is checked and little waited for.
  const jsm = await jetstreamManager(nc, { timeout: ASK_MS_MAX, checkAPI: false });
  const js = jetstream(nc, { timeout: ASK_MS_MAX });
  const { version: serverVersion = '0', max_payload: payloadBytesMax = PAYLOAD_BYTES_MAX } = nc.info ?? {};
  return { nc, js, jsm, serverVersion, payloadBytesMax, inboxPrefix: '_INBOX', openBucket: bucketOpener(js, jsm, serverVersion) };
}
