/** `afluente permissions`: accounts of a nats-server configuration, with a user for each service of a pipeline. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newUserKey, userKeyOf } from '#nats/connection/user-key';
import { pipelineUsers } from '#permissions/pipeline-users';
import { claimsOf, serverAccounts } from '#permissions/server-accounts';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import { UsageError } from '../run-command.js';

export interface PermissionsOptions {
  readonly pipeline: string;
  readonly seeds?: string;
  readonly json?: boolean;
}

export async function permissions({ pipeline: folder, seeds, json }: PermissionsOptions): Promise<number> {
  const found = pipelineUsers(topologyOf(PipelineSource.load(folder).compiled));
  const users = [...found.users, ...found.producers];
  const keys = seeds === undefined ? {} : Object.fromEntries(users.map(({ name }) => [name, publicKey(seeds, name)]));
  process.stdout.write(
    json
      ? `${JSON.stringify(Object.fromEntries(users.map((user) => [user.name, claimsOf(user)])), null, 2)}\n`
      : serverAccounts(found, keys),
  );
  return 0;
}

/** A seed that is there stays: the services have it. */
function publicKey(folder: string, user: string): string {
  const file = join(folder, `${user}.nk`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    const { seed, publicKey: made } = newUserKey();
    writeFileSync(file, `${seed}\n`, { flag: 'wx', mode: 0o600 });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return keyIn(file);
  }
}

function keyIn(file: string): string {
  try {
    return userKeyOf(readFileSync(file, 'utf8')).publicKey;
  } catch (cause) {
    throw new UsageError(
      `${file} is there, but it is not the seed of a user. Move it away, or name another folder with --seeds.`,
      { cause },
    );
  }
}
