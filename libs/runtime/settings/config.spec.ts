/** The environment becomes a configuration, or an error that names the variable and what to set. */
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Nats } from '#nats/ground/nats';
import { crashAt, crashPoints } from '../ground/crash-point.js';
import { checkFrameColumns, checkLogSize, payloadLimits } from '../logs/payload-limits.js';
import { childEnvironment, readConfig, readNatsServerPath, readS3Config } from './config.js';
import { ConfigError } from './config-error.js';

const pipeline = { AFL_PIPELINE: 'examples/sales-tech' };

describe('the configuration', () => {
  test('needs nothing but the pipeline', () => {
    expect(readConfig(pipeline)).toMatchObject({
      pipelineFolder: resolve('examples/sales-tech'),
      natsUrl: 'nats://127.0.0.1:4222',
      lakeUrl: undefined,
      httpPort: 0,
      streamReplicas: 1,
      crashAt: undefined,
    });
    expect(() => readConfig({})).toThrow(/AFL_PIPELINE is not set\. Set it to the folder/);
  });

  test('takes what is set, and a default for what is empty or blank', () => {
    const config = readConfig({
      ...pipeline,
      AFL_LINGER_MS: '0',
      AFL_STEP_LINGER_MS: '',
      AFL_LOG_RETENTION_MS: ' ',
      AFL_FRAME_BYTES_MAX: '1e5',
      AFL_LAKE_URL: 's3://b',
      AFL_INSTANCE: 'one',
    });
    const { stepLingerMs, logRetentionMs } = readConfig(pipeline);
    expect(config).toMatchObject({
      lingerMs: 0,
      stepLingerMs,
      logRetentionMs,
      frameBytesMax: 100_000,
      lakeUrl: 's3://b',
      instance: 'one',
    });
  });

  test.each([
    ['AFL_LINGER_MS', '5ms', 'AFL_LINGER_MS is "5ms". Set it to a whole number of 0 or more.'],
    ['AFL_LINGER_MS', '-1', 'AFL_LINGER_MS is "-1". Set it to a whole number of 0 or more.'],
    ['AFL_BATCH_BYTES_MAX', '0', 'AFL_BATCH_BYTES_MAX is "0". Set it to a whole number of 1 or more.'],
    ['AFL_FRAME_BYTES_MAX', '1.5', 'AFL_FRAME_BYTES_MAX is "1.5". Set it to a whole number of 1 or more.'],
    ['AFL_HTTP_PORT', '70000', 'AFL_HTTP_PORT is "70000". Set it to a whole number from 0 to 65535.'],
    ['AFL_STREAM_REPLICAS', 'Infinity', 'AFL_STREAM_REPLICAS is "Infinity". Set it to a whole number from 1 to 5.'],
    ['AFL_TRACE_SAMPLE', '1.1', 'AFL_TRACE_SAMPLE is "1.1". Set it to a number from 0 to 1.'],
    ['AFL_ACCEPT_NEW_LAKE', 'yes', 'AFL_ACCEPT_NEW_LAKE is "yes". Set it to true or false.'],
    ['AFL_ACCEPT_FRONT_GAPS', 'constructor', 'AFL_ACCEPT_FRONT_GAPS is "constructor". Set it to true or false.'],
    [
      'AFL_LOG_LEVEL',
      'loud',
      'AFL_LOG_LEVEL is "loud". Set it to one of trace, debug, info, warn, error, fatal, silent.',
    ],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'jaeger:4318',
      'OTEL_EXPORTER_OTLP_ENDPOINT is "jaeger:4318". Set it to an address that begins with http:// or https://, e.g. http://localhost:4318',
    ],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => readConfig({ ...pipeline, [name]: value })).toThrow(new ConfigError(message));
  });

  test('has what the table says, and nothing that only others read', () => {
    const config = readConfig({
      ...pipeline,
      AFL_LOG_LEVEL: ' WARN ',
      AFL_ACCEPT_FRONT_GAPS: 'true',
      POLARS_MAX_THREADS: '3',
    });
    expect(config).toMatchObject({
      logLevel: 'warn',
      acceptFrontGaps: true,
      acceptNewLake: false,
      natsAccess: { credsFile: undefined },
    });
    expect(Object.keys(config)).not.toContain('POLARS_MAX_THREADS');
  });

  test('reaches S3 by path where an endpoint is named', () => {
    expect(readS3Config({})).toEqual({ endpoint: undefined, region: undefined, forcePathStyle: false });
    expect(readS3Config({ AFL_S3_ENDPOINT: 'http://s3', AWS_REGION: 'r' })).toEqual({
      endpoint: 'http://s3',
      region: 'r',
      forcePathStyle: true,
    });
    expect(readS3Config({ AFL_S3_REGION: 'mine', AWS_REGION: 'r', AFL_S3_PATH_STYLE: 'true' })).toEqual({
      endpoint: undefined,
      region: 'mine',
      forcePathStyle: true,
    });
  });

  test('passes the environment on to child processes, with changes', () => {
    expect(childEnvironment({ AFL_X: '1' })).toMatchObject({ AFL_X: '1', PATH: process.env['PATH'] });
    expect([readNatsServerPath({}), readNatsServerPath({ AFL_NATS_SERVER: '/opt/nats' })]).toEqual([
      'nats-server',
      '/opt/nats',
    ]);
  });
});

describe('the size of logs', () => {
  const megabyte = 1024 * 1024;
  const withLogs = (bytes: number) => ({
    config: readConfig({ ...pipeline, AFL_LOG_BYTES_MAX: String(bytes) }),
    nats: { payloadBytesMax: megabyte } as Nats,
  });

  test('bounds steps and frames, so that a few of them never fill one', () => {
    const { config, nats } = withLogs(8 * megabyte);
    expect(config.batchBytesMax).toBe(megabyte);
    expect(payloadLimits({ config, nats }).frameBytesMax).toBe(megabyte / 2);
    expect(payloadLimits(withLogs(4 * megabyte)).frameBytesMax).toBe(megabyte / 4);
  });

  test('must hold some of the largest messages of the server', () => {
    expect(() => checkLogSize(withLogs(8 * megabyte))).not.toThrow();
    expect(() => checkLogSize(withLogs(8 * megabyte - 1))).toThrow(
      new ConfigError(
        'AFL_LOG_BYTES_MAX is 8388607, too small for the messages of this NATS, which may have 1048576 bytes (max_payload). Set it to 8388608 or more.',
      ),
    );
  });
});

describe('a crash point', () => {
  test('does nothing unless it is set', () => {
    const crash = crashAt(undefined);
    for (const point of crashPoints) expect(() => crash(point)).not.toThrow();
  });

  test('lets the process live until it is reached as often as was said', () => {
    const crash = crashAt('lake.after-commit:3');
    for (const point of crashPoints) crash(point);
    crash('lake.after-commit');
  });

  test.each(['nowhere', 'lake.after-commit:0', 'lake.after-commit:often', ''])(
    '%j is refused: a test that cannot crash proves nothing',
    (setting) => {
      expect(() => crashAt(setting)).toThrow(/AFL_CRASH_AT is ".*"\. Set it to one of ingest\.before-append, /);
    },
  );
});

describe('the limits of a frame', () => {
  const limits = (frameBytesMax: number, payloadBytesMax: number) =>
    payloadLimits({
      config: { ...readConfig(pipeline), frameBytesMax },
      nats: { payloadBytesMax } as Parameters<typeof payloadLimits>[0]['nats'],
    });

  test('are the configured size, at most half of what the server takes', () => {
    expect(limits(300_000, 1_048_576).frameBytesMax).toBe(300_000);
    expect(limits(900_000, 1_048_577).frameBytesMax).toBe(524_288);
  });

  test('leave room for headers in the largest message', () => {
    expect(limits(1, 1_048_576).payloadBytesMax).toBe(1_032_192);
  });

  test('leave room for rows beside the description of many columns', () => {
    const columns = (count: number) => ({ orders: ['id'], wide: new Array<string>(count).fill('x') });
    expect(() => checkFrameColumns(columns(2048), { payloadBytesMax: 1_048_576 })).not.toThrow();
    expect(() => checkFrameColumns(columns(5000), { payloadBytesMax: 1_048_576 })).toThrow(
      /^Source wide has 5000 columns, .* Set max_payload of NATS to 2560000 or more/,
    );
  });
});
