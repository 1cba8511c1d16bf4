/** What a server refuses a user: publishes and subscriptions that it answers with a permissions violation. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type NatsConnection, nkeyAuthenticator, PermissionViolationError } from '@nats-io/transport-node';

/** A plain client with the user's seed, that does what it likes. */
export function connectAs(url: string, seedFile: string, inboxPrefix = '_INBOX'): Promise<NatsConnection> {
  return connect({
    servers: url,
    authenticator: nkeyAuthenticator(Buffer.from(readFileSync(seedFile, 'utf8').trim())),
    reconnect: false,
    inboxPrefix,
  });
}

const settleMs = 300;

/** Publishes an empty message to each subject. @returns those that the server refused */
export async function refusedPublishes(nc: NatsConnection, subjects: readonly string[]): Promise<string[]> {
  const refused = gather(nc, 'publish');
  for (const subject of subjects) nc.publish(subject);
  return refused();
}

/** Subscribes to each subject. @returns those that the server refused */
export async function refusedSubscriptions(nc: NatsConnection, subjects: readonly string[]): Promise<string[]> {
  const refused = gather(nc, 'subscription');
  const open = subjects.map((subject) => nc.subscribe(subject, { callback: () => undefined }));
  const found = await refused();
  for (const subscription of open) subscription.unsubscribe();
  return found;
}

/** The server answers in order: what it had to say about all before a flush has come when that is answered. */
function gather(nc: NatsConnection, operation: 'publish' | 'subscription'): () => Promise<string[]> {
  const refused = new Set<string>();
  const statuses = nc.status();
  void (async () => {
    for await (const status of statuses) {
      if (
        status.type === 'error' &&
        status.error instanceof PermissionViolationError &&
        status.error.operation === operation
      )
        refused.add(status.error.subject);
    }
  })();
  return async () => {
    await nc.flush();
    await sleep(settleMs);
    return [...refused].sort();
  };
}
