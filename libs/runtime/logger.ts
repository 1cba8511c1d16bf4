/** Structured logs: one JSON line per life-cycle event, never payloads or personal data. */
import { pino, type Logger } from 'pino';

export type { Logger };

export function createLogger(service: string, instance: string, level = 'info'): Logger {
  return pino({ base: { service, instance }, level, timestamp: pino.stdTimeFunctions.isoTime });
}
