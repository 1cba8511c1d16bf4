/** How large frames may be, from the configuration and what the server takes. */
import type { RuntimeContext } from './context.js';

/** Room for headers, section metadata and the columns beside a payload. */
const HEADROOM_BYTES = 16 * 1024;

export function payloadLimits({ config, nats }: Pick<RuntimeContext, 'config' | 'nats'>): { frameBytesMax: number; payloadBytesMax: number } {
  return {
    frameBytesMax: Math.min(config.frameBytesMax, Math.floor(nats.payloadBytesMax / 2)),
    payloadBytesMax: nats.payloadBytesMax - HEADROOM_BYTES,
  };
}
