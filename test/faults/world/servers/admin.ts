/** The harness's own eyes on the servers: a connection past all proxies, whose questions give up quickly. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { bucketOpener } from '#nats/buckets/client-bucket';
import type { NatsClient } from '#nats/ground/nats';

const askMsMax = 1_000;
const usualPayloadBytesMax = 1_048_576;

/** @param urls comma-separated */
export async function connectAdmin(urls: string): Promise<NatsClient> {
  const nc = await connect({
    servers: urls.split(','),
    name: 'fault-harness',
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 50,
    pingInterval: 1_000,
    maxPingOut: 2,
  });
  // Faults are what the harness is for: JetStream may be away at any time, so nothing is checked and little waited for.
  const jsm = await jetstreamManager(nc, { timeout: askMsMax, checkAPI: false });
  const js = jetstream(nc, { timeout: askMsMax });
  const { version: serverVersion = '0', max_payload: payloadBytesMax = usualPayloadBytesMax } = nc.info ?? {};
  return {
    nc,
    js,
    jsm,
    serverVersion,
    payloadBytesMax,
    inboxPrefix: '_INBOX',
    account: () => jsm.getAccountInfo(),
    openBucket: bucketOpener(js, jsm, serverVersion),
  };
}
