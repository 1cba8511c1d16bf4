/** How large frames may be, from the configuration and what the server takes. */
import { ConfigError } from './config.js';
import type { RuntimeContext } from './context.js';

/** Room for headers, section metadata and the columns beside a payload. */
const HEADROOM_BYTES = 16 * 1024;
const FRAMES_IN_LOG_MIN = 16;
const PAYLOADS_IN_LOG_MIN = 8;

type Bounds = Pick<RuntimeContext, 'config' | 'nats'>;

export function payloadLimits({ config, nats }: Bounds): { frameBytesMax: number; payloadBytesMax: number } {
  return {
    frameBytesMax: Math.min(config.frameBytesMax, Math.floor(nats.payloadBytesMax / 2), Math.ceil(config.logBytesMax / FRAMES_IN_LOG_MIN)),
    payloadBytesMax: nats.payloadBytesMax - HEADROOM_BYTES,
  };
}

/** @throws ConfigError when logs are so small that a few of the largest messages would fill one for ever */
export function checkLogSize({ config: { logBytesMax }, nats: { payloadBytesMax } }: Bounds): void {
  const bytesMin = PAYLOADS_IN_LOG_MIN * payloadBytesMax;
  if (logBytesMax < bytesMin) throw new ConfigError(`AFL_LOG_BYTES_MAX is ${logBytesMax}, too small for the messages of this NATS, which may have ${payloadBytesMax} bytes (max_payload). Set it to ${bytesMin} or more.`);
}
