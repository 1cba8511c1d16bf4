/**
 * The one place through which every message of every subscription of ours goes.
 *
 * The client calls callbacks inside the loop that reads its socket, and an error thrown there ends the loop (nats-core, protocol.js, `dial`):
 * the connection stays open and is deaf. So what a handler throws is caught here, and told to its owner.
 */
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';

export interface MessageHandler {
  onMessage(message: Msg): void;
  /** The server ended the subscription, e.g. for want of a permission. */
  onError(error: Error): unknown;
  /** One of the above threw: the owner may have done half of its work. May not throw. */
  onFailure(error: Error): unknown;
}

export function subscribe(
  nc: Pick<NatsConnection, 'subscribe'>,
  subject: string,
  handler: MessageHandler,
): Subscription {
  return nc.subscribe(subject, {
    callback: (error, message) => {
      try {
        if (error) handler.onError(error);
        else handler.onMessage(message);
      } catch (thrown) {
        fail(handler, thrown);
      }
    },
  });
}

/** An owner that cannot even take the news must not go on: the process ends, where everybody sees it. */
function fail(handler: MessageHandler, thrown: unknown): void {
  try {
    handler.onFailure(thrown instanceof Error ? thrown : new Error(String(thrown)));
  } catch (last) {
    queueMicrotask(() => {
      throw last;
    });
  }
}
