/** How large frames may be, from the configuration and what the server takes. */
import type { RuntimeContext } from '../cluster/context.js';
import { ConfigError } from '../settings/config-error.js';

/** Room for headers, section metadata and the columns beside a payload. */
const headroomBytes = 16 * 1024;
const framesInLogMin = 16;
const payloadsInLogMin = 8;

interface Bounds {
  readonly config: Pick<RuntimeContext['config'], 'frameBytesMax' | 'logBytesMax'>;
  readonly nats: Pick<RuntimeContext['nats'], 'payloadBytesMax'>;
}

export function payloadLimits({ config, nats }: Bounds): { frameBytesMax: number; payloadBytesMax: number } {
  return {
    frameBytesMax: Math.min(
      config.frameBytesMax,
      Math.floor(nats.payloadBytesMax / 2),
      Math.ceil(config.logBytesMax / framesInLogMin),
    ),
    payloadBytesMax: nats.payloadBytesMax - headroomBytes,
  };
}

/** @throws ConfigError when logs are so small that a few of the largest messages would fill one for ever */
export function checkLogSize({ config: { logBytesMax }, nats: { payloadBytesMax } }: Bounds): void {
  const bytesMin = payloadsInLogMin * payloadBytesMax;
  if (logBytesMax < bytesMin)
    throw new ConfigError(
      `AFL_LOG_BYTES_MAX is ${logBytesMax}, too small for the messages of this NATS, which may have ${payloadBytesMax} bytes (max_payload). Set it to ${bytesMin} or more.`,
    );
}

/** What a column adds to every frame, whatever it holds: its name, type and places in Arrow's format (231 bytes at 2,000 columns). */
const columnBytes = 256;

/**
 * @param columns of each source, as enrich gives them
 * @throws ConfigError when a message cannot hold a few rows of a source because of its many columns
 */
export function checkFrameColumns(
  columns: Readonly<Record<string, readonly unknown[]>>,
  { payloadBytesMax }: Pick<RuntimeContext['nats'], 'payloadBytesMax'>,
): void {
  for (const [source, { length }] of Object.entries(columns)) {
    const bytesMin = 2 * length * columnBytes;
    if (bytesMin <= payloadBytesMax) continue;
    throw new ConfigError(
      `Source ${source} has ${length} columns, which take about ${length * columnBytes} bytes of every frame, and this NATS takes messages of ${payloadBytesMax} bytes (max_payload). Set max_payload of NATS to ${bytesMin} or more, and AFL_FRAME_BYTES_MAX to half of it, or list fewer properties.`,
    );
  }
}
