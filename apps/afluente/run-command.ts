/** Runs a command's function: its result is the exit code, its errors become one clear message. */
import { NatsLimitError } from '#nats/ground/nats-limit-error';
import { StreamSetupError } from '#nats/ground/stream-setup-error';
import { PipelineError } from '#runtime/service/pipeline-source';
import { inSources } from '#runtime/stack/in-sources';
import { ServiceFailedError } from './run/services.js';
import { StoppedError } from './run/until-stopped.js';

/** An error of the user's making: the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const exitFailure = 1;
const exitUsage = 2;
/** Errors that say themselves what to do; of all others the stack is worth showing. */
const toldByMessage = new Set([
  'UsageError',
  'PipelineError',
  'ConfigError',
  'NatsLimitError',
  'NatsUnavailableError',
  'StreamSetupError',
  'StoreError',
  'CreateOnlyUnsupportedError',
  'QueryError',
  'TableHaltedError',
  'MissingFileError',
  'ServiceFailedError',
]);

/** Commander calls actions with the arguments, then the options, then the command. */
export function runCommand<Args extends readonly unknown[]>(
  command: (...args: Args) => Promise<number>,
): (...args: [...Args, unknown]) => Promise<void> {
  return async (...args) => {
    try {
      process.exitCode = await command(...(args.slice(0, -1) as unknown as Args));
    } catch (error) {
      // As asked: nothing has failed.
      if (error instanceof StoppedError) return;
      const { name, message, stack } = error as Error;
      process.stderr.write(`${toldByMessage.has(name) ? message : inSources(stack ?? message)}\n`);
      process.exitCode = isOfUser(error) ? exitUsage : exitFailure;
    }
  };
}

/** Whether somebody has to change something before the command can work. */
function isOfUser(error: unknown): boolean {
  return (
    error instanceof PipelineError ||
    error instanceof UsageError ||
    error instanceof NatsLimitError ||
    error instanceof StreamSetupError ||
    (error instanceof ServiceFailedError && error.code === exitUsage)
  );
}
