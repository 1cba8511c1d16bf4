/** Configuration of a service: the one place that reads the environment. README.md documents every variable. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { NatsAccess } from '#nats/nats-access';

export interface Config {
  readonly pipelineFolder: string;
  readonly natsUrl: string;
  readonly natsAccess: NatsAccess;
  /** Overrides the pipeline file's `lake.url`. */
  readonly lakeUrl: string | undefined;
  readonly s3: S3Config;
  /** Port of /healthz, /readyz and /metrics. */
  readonly httpPort: number;
  /** Address that the port listens on: what it serves is for the operator's network only. */
  readonly httpHost: string;
  /** Name of this process in status, metrics and leases: of several processes with one name only the newest gets tasks. */
  readonly instance: string;
  /** How long ingest waits for more events before it closes a frame. */
  readonly lingerMs: number;
  /** How long the later stages wait for more frames before a step. */
  readonly stepLingerMs: number;
  /** Target size of a frame; never more than half of the server's max_payload, or a sixteenth of a log. */
  readonly frameBytesMax: number;
  /** Upper bound of the frames one step takes; never more than an eighth of a log. */
  readonly batchBytesMax: number;
  /** Size of each log; a full log is backpressure. */
  readonly logBytesMax: number;
  /** Bytes of frames that the tables of a lake-writer hold together for their next commits. */
  readonly lakeBytesMax: number;
  /** Commits of a table from one checkpoint of its log to the next. */
  readonly checkpointEveryCommits: number;
  /** Frames stay in a log this long after every reader has committed them. */
  readonly logRetentionMs: number;
  readonly streamReplicas: number;
  /** A process that is silent for this long loses its tasks to the others of its service. */
  readonly leaseTtlMs: number;
  readonly snapshotEveryMs: number;
  /** Read on over events that are missing from Afluente's own front streams; without it their source halts. */
  readonly acceptFrontGaps: boolean;
  readonly logLevel: LogLevel;
  /** Where spans go, e.g. `http://collector:4318/v1/traces`; undefined: nothing is traced. */
  readonly tracesUrl: string | undefined;
  /** Of the messages that carry no trace context, this share is traced: 0 to 1. */
  readonly traceSample: number;
  /** Test aid: kill this process at a numbered point, `point` or `point:times`. */
  readonly crashAt: string | undefined;
}

export interface S3Config {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly forcePathStyle: boolean;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Env = Readonly<Record<string, string | undefined>>;

/** What a step puts out must fit into its log several times over: the frames behind the newest snapshot cannot be trimmed. */
const BATCHES_IN_LOG_MIN = 8;

const NODE_MAJOR_MIN = 24;

/** @throws ConfigError naming the variable and what to set */
export function readConfig(env: Env = process.env): Config {
  checkNode(process.versions.node);
  const number = (name: string, fallback: number, min?: number, max?: number): number => wholeNumber(env, name, fallback, min, max);
  const logBytesMax = number('AFL_LOG_BYTES_MAX', 128 * 1024 * 1024, 1);
  const pipelineFolder = env['AFL_PIPELINE'];
  if (!pipelineFolder) throw new ConfigError('AFL_PIPELINE is not set. Set it to the folder that holds pipeline.yaml, e.g. AFL_PIPELINE=examples/sales-tech');
  return {
    pipelineFolder: resolve(pipelineFolder),
    natsUrl: readNatsUrl(env),
    natsAccess: readNatsAccess(env),
    lakeUrl: readLakeUrl(env),
    s3: readS3Config(env),
    httpPort: number('AFL_HTTP_PORT', 0, 0, 65_535),
    httpHost: env['AFL_HTTP_HOST'] || '127.0.0.1',
    instance: env['AFL_INSTANCE'] || `${hostname()}-${process.pid}`,
    lingerMs: number('AFL_LINGER_MS', 100),
    stepLingerMs: number('AFL_STEP_LINGER_MS', 20),
    frameBytesMax: number('AFL_FRAME_BYTES_MAX', 512 * 1024, 1),
    batchBytesMax: Math.min(number('AFL_BATCH_BYTES_MAX', 4 * 1024 * 1024, 1), Math.ceil(logBytesMax / BATCHES_IN_LOG_MIN)),
    logBytesMax,
    lakeBytesMax: number('AFL_LAKE_BYTES_MAX', 64 * 1024 * 1024, 1),
    checkpointEveryCommits: number('AFL_CHECKPOINT_EVERY_COMMITS', 100, 1),
    logRetentionMs: number('AFL_LOG_RETENTION_MS', 0),
    streamReplicas: readStreamReplicas(env),
    leaseTtlMs: number('AFL_LEASE_TTL_MS', 3_000, 500),
    snapshotEveryMs: number('AFL_SNAPSHOT_EVERY_MS', 30_000),
    acceptFrontGaps: env['AFL_ACCEPT_FRONT_GAPS'] === 'true',
    logLevel: readLogLevel(env),
    tracesUrl: readTracesUrl(env),
    traceSample: share(env, 'AFL_TRACE_SAMPLE', 0.01),
    crashAt: env['AFL_CRASH_AT'] || undefined,
  };
}

/** The NATS servers, perhaps with credentials in their addresses: not to be shown. */
export function readNatsUrl(env: Env = process.env): string {
  return env['AFL_NATS_URL'] || 'nats://127.0.0.1:4222';
}

/** Files with which a process proves to NATS who it is. */
export function readNatsAccess(env: Env = process.env): NatsAccess {
  return {
    credsFile: env['AFL_NATS_CREDS'] || undefined,
    nkeyFile: env['AFL_NATS_NKEY'] || undefined,
    tlsCaFile: env['AFL_NATS_TLS_CA'] || undefined,
    tlsCertFile: env['AFL_NATS_TLS_CERT'] || undefined,
    tlsKeyFile: env['AFL_NATS_TLS_KEY'] || undefined,
  };
}

/** The lake that the environment names, instead of the pipeline file's. */
export function readLakeUrl(env: Env = process.env): string | undefined {
  return env['AFL_LAKE_URL'] || undefined;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Lines below this level are not written. */
export function readLogLevel(env: Env = process.env): LogLevel {
  const text = env['AFL_LOG_LEVEL']?.trim() || 'info';
  const level = logLevels.find((name) => name === text.toLowerCase());
  if (level === undefined) throw new ConfigError(`AFL_LOG_LEVEL is "${text}". Set it to one of ${logLevels.join(', ')}.`);
  return level;
}

/** As the OpenTelemetry specification has it: the address for traces as it is, else the one for all signals and its path for traces. */
function readTracesUrl(env: Env): string | undefined {
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER']?.trim() === 'none') return undefined;
  const name = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']?.trim() ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const text = env[name]?.trim();
  if (!text) return undefined;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new ConfigError(`${name} is "${text}". Set it to an address that begins with http:// or https://, e.g. http://localhost:4318`);
  return name === 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' ? text : `${text.replace(/\/+$/, '')}/v1/traces`;
}

function share(env: Env, name: string, fallback: number): number {
  const text = env[name]?.trim();
  const value = text ? Number(text) : fallback;
  if (value >= 0 && value <= 1) return value;
  throw new ConfigError(`${name} is "${text}". Set it to a number from 0 to 1.`);
}

/** Replicas of the streams and buckets that Afluente creates. */
export function readStreamReplicas(env: Env = process.env): number {
  return wholeNumber(env, 'AFL_STREAM_REPLICAS', 1, 1, 5);
}

function wholeNumber(env: Env, name: string, fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  const text = env[name]?.trim();
  if (!text) return fallback;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new ConfigError(`${name} is "${text}". Set it to a whole number ${max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`}.`);
}

/** How to reach S3; credentials come from the AWS SDK's own places (AWS_ACCESS_KEY_ID, profiles, roles). */
export function readS3Config(env: Env = process.env): S3Config {
  return {
    endpoint: env['AFL_S3_ENDPOINT'] || undefined,
    region: env['AFL_S3_REGION'] || env['AWS_REGION'] || undefined,
    forcePathStyle: env['AFL_S3_PATH_STYLE'] === 'true' || !!env['AFL_S3_ENDPOINT'],
  };
}

/** Where the command line finds a nats-server program. */
export function readNatsServerPath(env: Env = process.env): string {
  return env['AFL_NATS_SERVER'] || 'nats-server';
}

/** The environment that child processes get, with changes. */
export function childEnvironment(changes: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return { ...process.env, ...changes };
}

/** Older versions start, and then fail on the first event with a long number: they cannot tell its digits. */
function checkNode(version: string): void {
  if (Number.parseInt(version, 10) >= NODE_MAJOR_MIN) return;
  throw new ConfigError(`Afluente needs Node ${NODE_MAJOR_MIN} or newer, and this is ${version}. Put a newer one on PATH; the npm commands keep one under .tools.`);
}
