/** The connection of a command: with the credentials that the environment names, as the user that operates the pipeline. */
import { inboxPrefixOf } from '#frame/log-name';
import { connectNats, type NatsClient } from '#nats/connection';
import { readNatsAccess } from '#runtime/config';

/** @throws NatsUnavailableError */
export function connectCommand(url: string, command: string, pipeline: string): Promise<NatsClient> {
  return connectNats(url, `afluente-${command}`, { ...readNatsAccess(), inboxPrefix: inboxPrefixOf(pipeline, 'operator') });
}
