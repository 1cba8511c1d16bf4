/** Configuration of a service, as the table of settings says: the one place that reads the environment. */
import type { NatsAccess } from '#nats/connection/nats-access';
import { ConfigError } from './config-error.js';
import type { Env } from './setting.js';
import { type ValuesOf, valuesOf } from './setting-table.js';
import { settings } from './settings.js';

export type Config = ValuesOf<typeof settings>;
export type S3Config = Config['s3'];

/** What a step puts out must fit into its log several times over: the frames behind the newest snapshot cannot be trimmed. */
const batchesInLogMin = 8;

const nodeMajorMin = 24;

/** @throws ConfigError naming the variable and what to set */
export function readConfig(env: Env = process.env): Config {
  checkNode(process.versions.node);
  const config = valuesOf(settings, env);
  return {
    ...config,
    batchBytesMax: Math.min(config.batchBytesMax, Math.ceil(config.logBytesMax / batchesInLogMin)),
  };
}

/** The NATS servers, perhaps with credentials in their addresses: not to be shown. */
export function readNatsUrl(env: Env = process.env): string {
  return settings.natsUrl.read(env);
}

/** Files with which a process proves to NATS who it is. */
export function readNatsAccess(env: Env = process.env): NatsAccess {
  return valuesOf(settings.natsAccess, env);
}

/** The lake that the environment names, instead of the pipeline file's. */
export function readLakeUrl(env: Env = process.env): string | undefined {
  return settings.lakeUrl.read(env);
}

/** The port of a service's pages; 0: a free one. */
export function readHttpPort(env: Env = process.env): number {
  return settings.httpPort.read(env);
}

/** Replicas of the streams and buckets that Afluente creates. */
export function readStreamReplicas(env: Env = process.env): number {
  return settings.streamReplicas.read(env);
}

/** How to reach S3; credentials come from the AWS SDK's own places (AWS_ACCESS_KEY_ID, profiles, roles). */
export function readS3Config(env: Env = process.env): S3Config {
  return valuesOf(settings.s3, env);
}

/** Where the command line finds a nats-server program. */
export function readNatsServerPath(env: Env = process.env): string {
  return settings.natsServer.read(env);
}

/** Whether the terminal only prints one line below the other. */
export function isDumbTerminal(env: Env = process.env): boolean {
  return env['TERM'] === 'dumb';
}

/** Variables by name: one in small letters is a slip that nobody would notice. */
export type Variables = Readonly<Record<Uppercase<string>, string>>;

/** The environment that child processes get, with changes. @param defaults where it has no value */
export function childEnvironment(changes: Variables, defaults: Variables = {}): Record<string, string | undefined> {
  return { ...defaults, ...process.env, ...changes };
}

/** Older versions start, and then fail on the first event with a long number: they cannot tell its digits. */
function checkNode(version: string): void {
  if (Number.parseInt(version, 10) >= nodeMajorMin) return;
  throw new ConfigError(
    `Afluente needs Node ${nodeMajorMin} or newer, and this is ${version}. Put a newer one on PATH; the npm commands keep one under .tools.`,
  );
}
