/** Starts tracing where an endpoint is set. Without one, nothing of the SDK is loaded. */
import type { Service } from '#stages/topology/topology';
import type { Metrics } from '#telemetry/metrics';
import { Tracing } from '#telemetry/tracing';
import { countSpans } from '#telemetry/tracing-metrics';
import type { Logger } from '../ground/logger.js';
import { version } from '../ground/version.js';
import type { Config } from '../settings/config.js';

export async function openTracing(
  service: Service,
  { tracesUrl }: Pick<Config, 'tracesUrl'>,
  log: Logger,
  { registry }: Pick<Metrics, 'registry'>,
): Promise<Tracing | undefined> {
  if (tracesUrl === undefined) return undefined;
  const { openOtlp } = await import('#telemetry/tracing-otlp');
  const tracing = new Tracing(openOtlp({ url: tracesUrl, service: `afluente-${service}`, version }), {
    // Neither the address nor the answer of a collector: both may hold secrets.
    onTrouble: ({ name }) =>
      log.warn(
        { error: name },
        'spans not sent: the collector does not take them; they are dropped and counted until it does',
      ),
    onWorking: (dropped) => log.info({ dropped }, 'spans are sent again'),
  });
  countSpans(registry, tracing);
  return tracing;
}
