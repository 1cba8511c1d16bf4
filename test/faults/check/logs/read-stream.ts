/** Reads a whole stream through an ephemeral consumer, and tells on which server of the cluster that consumer sat. */
import { AckPolicy, DeliverPolicy, type JetStreamClient, type JetStreamManager, type JsMsg } from '@nats-io/jetstream';

/** The JetStream clients of one connection. */
export interface JetStream {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

const batchMessages = 200;
const expiresMs = 5_000;
const pausesMax = 12;

export interface ReadConsumer {
  readonly name: string;
  /** Server name; undefined without a cluster. Such a consumer has one replica and reads the copy of its own server. */
  readonly server: string | undefined;
}

export async function addConsumer({ jsm }: JetStream, stream: string): Promise<ReadConsumer> {
  const info = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: 60_000_000_000,
  });
  return { name: info.name, server: info.cluster?.leader };
}

/** Every message in order. @throws when the server stops delivering before the end */
export async function readStream(
  clients: JetStream,
  stream: string,
  { name }: ReadConsumer,
  onMessage: (message: JsMsg) => void,
): Promise<void> {
  const { num_pending } = await clients.jsm.consumers.info(stream, name);
  let pending = num_pending;
  const consumer = await clients.js.consumers.get(stream, name);
  for (let pauses = 0; pending > 0; pauses++) {
    if (pauses > pausesMax) throw new Error(`${stream}: ${pending} messages are pending and do not come`);
    for await (const message of await consumer.fetch({
      max_messages: Math.min(batchMessages, pending),
      expires: expiresMs,
    })) {
      onMessage(message);
      pending = message.info.pending;
      pauses = -1;
    }
  }
  await clients.jsm.consumers.delete(stream, name);
}
