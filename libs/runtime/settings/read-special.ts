/** Settings that are read in a way of their own. */
import { resolve } from 'node:path';
import { schemeProblem } from '#nats/connection/server-urls';
import { ConfigError } from './config-error.js';
import type { Env } from './setting.js';

/** Where a server is that was started without options. */
export const natsHere = 'nats://127.0.0.1:4222';

export function natsServers(env: Env): string {
  const text = env['AFL_NATS_URL'] || natsHere;
  const problem = schemeProblem(text);
  if (problem !== undefined) throw new ConfigError(`AFL_NATS_URL: ${problem}`);
  return text;
}

export function pipelineFolder(env: Env): string {
  const folder = env['AFL_PIPELINE'];
  if (!folder)
    throw new ConfigError(
      'AFL_PIPELINE is not set. Set it to the folder that holds pipeline.yaml, e.g. AFL_PIPELINE=examples/sales-tech',
    );
  return resolve(folder);
}

/** As the OpenTelemetry specification has it: the address for traces as it is, else the one for all signals and its path for traces. */
export function tracesUrl(env: Env): string | undefined {
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER']?.trim() === 'none')
    return undefined;
  const name = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']?.trim()
    ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
    : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const address = env[name]?.trim();
  if (!address) return undefined;
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new ConfigError(
      `${name} is "${address}". Set it to an address that begins with http:// or https://, e.g. http://localhost:4318`,
    );
  return name === 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' ? address : `${address.replace(/\/+$/, '')}/v1/traces`;
}
