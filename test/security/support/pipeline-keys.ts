/** A key for each user of a pipeline, as files, and the server's configuration for them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newUserKey } from '#nats/connection/user-key';
import { pipelineUsers, type User } from '#permissions/pipeline-users';
import { serverAccounts } from '#permissions/server-accounts';
import type { Topology } from '#stages/topology/topology';

export interface PipelineKeys {
  readonly users: ReadonlyMap<string, User>;
  /** Path of a user's seed. */
  seedFile(user: string): string;
  readonly seeds: readonly string[];
  /** Text of a server configuration in which these users are all there is. */
  readonly config: string;
}

export function makePipelineKeys(topology: Topology, folder: string): PipelineKeys {
  mkdirSync(folder, { recursive: true });
  const found = pipelineUsers(topology);
  const users = [...found.users, ...found.producers];
  const keys = new Map(users.map(({ name }) => [name, newUserKey()]));
  const seedFile = (user: string): string => join(folder, `${user}.nk`);
  for (const [user, { seed }] of keys) writeFileSync(seedFile(user), `${seed}\n`, { mode: 0o600 });
  const publicKeys = Object.fromEntries([...keys].map(([user, { publicKey }]) => [user, publicKey]));
  return {
    users: new Map(users.map((user) => [user.name, user])),
    seedFile,
    seeds: [...keys.values()].map(({ seed }) => seed),
    config: `authorization { timeout: 10 }\naccounts {\n${serverAccounts(found, publicKeys)}}\n`,
  };
}
