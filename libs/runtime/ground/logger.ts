/** Structured logs: one JSON line per life-cycle event, never payloads or personal data. */
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { safeError } from './safe-error.js';

export type { Logger };

/** Errors go into a line as `err`: what of them may be told (safe-error.ts). @param to where lines go; default: standard output */
export function createLogger(service: string, instance: string, level = 'info', to?: DestinationStream): Logger {
  const options = {
    base: { service, instance },
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => safeError(error) },
  };
  return pino(options, to ?? standardOutput);
}

/**
 * Node's own stream. Pino's writes what is left when the process ends, again and again for as long as it fails: a process whose reader is gone, as `afluente up` after
 * kill -9, would never end.
 */
const standardOutput: DestinationStream = { write: (line) => void process.stdout.write(line) };

/** What fails while Nest makes the application is thrown to us, too, and told by us. */
const toldElsewhere = 'ExceptionHandler';

/** Nest's own lines, as ours: it says where a route or a module failed. Its messages may come from anywhere, so only that there was one is told. */
export function nestLogger(log: Logger): LoggerService {
  const contextOf = (parameters: readonly unknown[]): string => String(parameters.at(-1) ?? 'Nest');
  return {
    log: () => undefined,
    error: (_message: unknown, ...parameters: unknown[]) => {
      const context = contextOf(parameters);
      if (context !== toldElsewhere) log.error({ context }, 'an error inside Nest');
    },
    warn: (message: unknown, ...parameters: unknown[]) => log.warn({ context: contextOf(parameters) }, String(message)),
  };
}
