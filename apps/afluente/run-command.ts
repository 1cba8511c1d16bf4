/** Runs a command's function: its result is the exit code, its errors become one clear message. */
import { PipelineError } from '#runtime/pipeline-source';

/** An error of the user's making: the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
/** Errors that say themselves what to do; of all others the stack is worth showing. */
const TOLD = new Set(['UsageError', 'PipelineError', 'ConfigError', 'NatsUnavailableError', 'StreamSetupError', 'StoreError', 'CreateOnlyUnsupportedError', 'QueryError', 'TableHaltedError', 'MissingFileError', 'ServiceFailedError']);

/** Commander calls actions with the arguments, then the options, then the command. */
export function runCommand<Args extends readonly unknown[]>(command: (...args: Args) => Promise<number>): (...args: [...Args, unknown]) => Promise<void> {
  return async (...args) => {
    try {
      process.exitCode = await command(...(args.slice(0, -1) as unknown as Args));
    } catch (error) {
      const { name, message, stack } = error as Error;
      process.stderr.write(`${TOLD.has(name) ? message : (stack ?? message)}\n`);
      process.exitCode = error instanceof PipelineError || error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
    }
  };
}
