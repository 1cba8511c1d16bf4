/** The connection of a command: with the credentials that the environment names, as the user that operates the pipeline. */
import { inboxPrefixOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { readNatsAccess } from '#runtime/settings/config';

/** @throws NatsUnavailableError */
export function connectCommand(url: string, command: string, pipeline: string): Promise<NatsClient> {
  return connectNats(url, `afluente-${command}`, {
    ...readNatsAccess(),
    inboxPrefix: inboxPrefixOf(pipeline, 'operator'),
  });
}
