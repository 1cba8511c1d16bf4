/**
 * Every environment variable of the services, in the order of the documents. Configuration, its types, `--help`, the tables of docs/settings.md and
 * docs/tracing.md, and the settings of the chart are made from this table: `npm run generate` writes the texts.
 */
import { hostname } from 'node:os';
import { lakeUrlWords } from '#pipeline/schema/lake-urls';
import { natsHere, natsServers, pipelineFolder, tracesUrl } from './read-special.js';
import { flag, foreign, inChart, oneOf, optionalText, share, special, text, wholeNumber } from './setting.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * What is young takes at most three times this: it dies in one step, so V8 gains little from more room (up to 3 % of CPU), and would keep up to 128 MiB of it.
 * Only a process that is being started can be told so.
 */
export const youngHeap = '--max-semi-space-size=16';

/** What few need stands on a page of its own, and not in docs/settings.md. */
const tracingPage = 'docs/tracing.md';
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** By the names of the configuration; a variable that others read stands under its own name. */
export const settings = {
  pipelineFolder: special('AFL_PIPELINE', 'required', 'folder with `pipeline.yaml`', pipelineFolder),
  natsUrl: special(
    'AFL_NATS_URL',
    `\`${natsHere}\``,
    'one or more servers, comma-separated; `tls://host` insists on TLS, `nats://user:password@host` and `nats://token@host` give credentials (percent-encoded)',
    natsServers,
  ),
  natsAccess: {
    credsFile: optionalText('AFL_NATS_CREDS', 'path of a `.creds` file (JWT and seed, as `nsc` writes it)'),
    nkeyFile: optionalText('AFL_NATS_NKEY', "path of a file with a user's seed; instead of a `.creds` file"),
    tlsCaFile: optionalText(
      'AFL_NATS_TLS_CA',
      "path of the certificates (PEM) that sign the servers'",
      'authorities that Node trusts',
    ),
    tlsCertFile: optionalText('AFL_NATS_TLS_CERT', 'path of our own certificate, where servers ask for one'),
    tlsKeyFile: optionalText('AFL_NATS_TLS_KEY', 'path of the key of this certificate'),
  },
  lakeUrl: optionalText('AFL_LAKE_URL', `${lakeUrlWords} (lake-writer)`, '`lake.url` of the pipeline'),
  httpPort: inChart(
    'httpPort',
    wholeNumber('AFL_HTTP_PORT', 0, 'port of the endpoints `/healthz`, `/readyz` and `/metrics`', {
      max: 65_535,
      otherwise: 'a free port',
    }),
    { minimum: 1024 },
  ),
  httpHost: text(
    'AFL_HTTP_HOST',
    '127.0.0.1',
    "address that this port listens on; `0.0.0.0` in a container. There is no login: keep it inside the operator's network",
  ),
  instance: special(
    'AFL_INSTANCE',
    'host name and process id',
    'name of this process in status, logs and leases; of several with one name only the newest gets tasks',
    (env) => env['AFL_INSTANCE'] || `${hostname()}-${process.pid}`,
  ),
  leaseTtlMs: wholeNumber(
    'AFL_LEASE_TTL_MS',
    3_000,
    'a process that is silent for this long loses its tasks to the others of its service',
    { min: 500 },
  ),
  stallMsMax: wholeNumber(
    'AFL_STALL_MS_MAX',
    20_000,
    'a process whose event loop stands still for longer is ended by its watchdog, SIGTERM or not; keep it below the grace period of what stops your services (Kubernetes: 30 s)',
    { min: 1_000 },
  ),
  lingerMs: wholeNumber('AFL_LINGER_MS', 100, 'how long ingest collects events for a frame'),
  stepLingerMs: wholeNumber(
    'AFL_STEP_LINGER_MS',
    20,
    'how long later stages collect frames for a step at least; on a busy machine up to 500',
  ),
  frameBytesMax: wholeNumber(
    'AFL_FRAME_BYTES_MAX',
    512 * KiB,
    "target size of a frame; never more than half of the server's `max_payload`, or a sixteenth of a log",
    { min: 1 },
  ),
  batchBytesMax: wholeNumber(
    'AFL_BATCH_BYTES_MAX',
    4 * MiB,
    'bytes of frames that one step takes, and that a task buffers; never more than an eighth of a log, nor than 16 MiB over the tasks of the service',
    { min: 1 },
  ),
  logBytesMax: wholeNumber(
    'AFL_LOG_BYTES_MAX',
    128 * MiB,
    "size of each log when it is created, at least 8 × the server's `max_payload`; a full log makes the stage before it wait",
    { min: 1 },
  ),
  lakeBytesMax: wholeNumber(
    'AFL_LAKE_BYTES_MAX',
    48 * MiB,
    'bytes of frames that all tables of a lake-writer hold together for their next commits',
    { min: 1 },
  ),
  checkpointEveryCommits: wholeNumber(
    'AFL_CHECKPOINT_EVERY_COMMITS',
    100,
    'commits of a table from one checkpoint of its Delta log to the next, unless its property `delta.checkpointInterval` says otherwise',
    { min: 1 },
  ),
  logRetentionMs: wholeNumber('AFL_LOG_RETENTION_MS', 0, 'how long frames stay after every reader has committed them'),
  streamReplicas: wholeNumber(
    'AFL_STREAM_REPLICAS',
    1,
    'replicas of streams and buckets when they are created; more than one needs nats-server 2.9.18 or newer',
    { min: 1, max: 5 },
  ),
  waitMsMax: wholeNumber(
    'AFL_WAIT_MS_MAX',
    60_000,
    'a process of which a task has waited for longer, for NATS, its front stream, the store or room, is not ready',
  ),
  snapshotEveryMs: wholeNumber(
    'AFL_SNAPSHOT_EVERY_MS',
    10_000,
    'how often validate and aggregate save their state, at most a twentieth of the time; sooner when a fifth of a log was read since',
  ),
  s3: {
    endpoint: optionalText('AFL_S3_ENDPOINT', 'address of another S3 server', "Amazon's"),
    region: optionalText(
      'AFL_S3_REGION',
      'region',
      '`AWS_REGION`, else `us-east-1`',
      (env) => env['AWS_REGION'] || undefined,
    ),
    forcePathStyle: special(
      'AFL_S3_PATH_STYLE',
      '`true` with an endpoint',
      '`true`: `http://host/bucket` instead of `http://bucket.host`',
      (env) => flag('AFL_S3_PATH_STYLE', '').read(env) || !!env['AFL_S3_ENDPOINT'],
    ),
  },
  AWS_ACCESS_KEY_ID: foreign(
    'AWS_ACCESS_KEY_ID',
    '–',
    'credentials for S3; profiles and roles work too, as in every AWS SDK',
  ),
  AWS_SECRET_ACCESS_KEY: foreign('AWS_SECRET_ACCESS_KEY', '–', 'the secret of these credentials'),
  POLARS_MAX_THREADS: foreign(
    'POLARS_MAX_THREADS',
    'all cores',
    'threads of polars in this process; `up` and `start` set 1',
  ),
  NODE_OPTIONS: foreign(
    'NODE_OPTIONS',
    '–',
    `Node's own; images, the chart, \`up\` and \`start\` give services \`${youngHeap}\`, which spares memory: V8 would take up to 128 MiB for what is young`,
  ),
  NODE_COMPILE_CACHE: foreign(
    'NODE_COMPILE_CACHE',
    '–',
    "Node's own: folder in which it keeps what it made of the code, so that the next start takes less; images have one, `up` and `start` use `dist/.compile-cache`",
  ),
  natsServer: text(
    'AFL_NATS_SERVER',
    'nats-server',
    'path of the `nats-server` that `npm start` and the tests run',
    'found on PATH',
  ),
  acceptFrontGaps: flag(
    'AFL_ACCEPT_FRONT_GAPS',
    "`true`: ingest goes on although messages are missing from Afluente's own front stream; without it their source halts",
  ),
  acceptNewLake: flag(
    'AFL_ACCEPT_NEW_LAKE',
    '`true`: lake-writer begins new tables where the lake lacks those that the pipeline has written before, or has others; without it they halt. For one start: what NATS no longer holds stays in the old lake',
  ),
  logLevel: inChart(
    'defaults.logLevel',
    oneOf(
      'AFL_LOG_LEVEL',
      logLevels,
      'info',
      `lines below this level are not written: ${logLevels.map((level) => `\`${level}\``).join(', ')}`,
    ),
  ),
  tracesUrl: special(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    '–',
    'collector to which spans go by OTLP over HTTP, e.g. `http://jaeger:4318`; without it nothing is traced ([docs/tracing.md](docs/tracing.md))',
    tracesUrl,
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: foreign(
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    '–',
    'the same for traces alone, taken as it is; to the other one `/v1/traces` is added',
    tracingPage,
  ),
  traceSample: inChart(
    'tracing.sampleRatio',
    share(
      'AFL_TRACE_SAMPLE',
      0.01,
      'share of the messages without a trace context that are traced, 0 to 1; the same messages each time they are read',
    ),
  ),
  OTEL_SDK_DISABLED: foreign('OTEL_SDK_DISABLED', '–', '`true`: off although an endpoint is set', tracingPage),
  OTEL_TRACES_EXPORTER: foreign('OTEL_TRACES_EXPORTER', '–', '`none`: off although an endpoint is set', tracingPage),
  OTEL_EXPORTER_OTLP_HEADERS: foreign(
    'OTEL_EXPORTER_OTLP_HEADERS',
    '–',
    "this one, `…_TIMEOUT`, `…_COMPRESSION`, `…_CERTIFICATE` and others are the exporter's own, as OpenTelemetry documents them. The protocol is always `http/json`",
    tracingPage,
  ),
  OTEL_SERVICE_NAME: foreign('OTEL_SERVICE_NAME', '`afluente-<service>`', 'resource of the spans', tracingPage),
  OTEL_RESOURCE_ATTRIBUTES: foreign('OTEL_RESOURCE_ATTRIBUTES', '–', 'more of this resource', tracingPage),
  crashAt: optionalText(
    'AFL_CRASH_AT',
    'test aid: the process kills itself at a numbered point (`libs/runtime/ground/crash-point.ts`)',
  ),
};
