/** The end of a service, once: by a signal, or when `afluente up` or `start`, which hold a channel to it, are gone. */
import type { Logger } from '../ground/logger.js';
import { reasonOf } from '../ground/safe-error.js';

/** A drain takes a step and a commit; it lasts longer only when NATS or the lake does not answer. */
export const drainMsMax = 20_000;

interface Closes {
  close(): Promise<void>;
}

/**
 * Not Nest's `enableShutdownHooks` (docs/decisions/0021-nest-without-cli-and-terminus.md): that hears signals only when the application stands, knows no parent that is gone, sets no bound, and ends by the signal
 * or with code 0, whatever failed. It calls the same hooks: those of `app.close()`.
 */
export class Ending {
  begun = false;
  #app: Closes | undefined;

  /** Listens from now on. */
  constructor(private readonly log: () => Logger) {
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, () => void this.#begin(event));
    // Node would print the message, which may quote data, and the line of code.
    for (const event of ['uncaughtException', 'unhandledRejection'])
      process.on(event, (error: unknown) => this.#endAtOnce(error));
  }

  /** What to close from now on; before, nothing is owned and the process may just end. */
  closes(app: Closes): void {
    this.#app = app;
  }

  async #begin(why: string): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    this.log().info({ why }, 'stopping: steps in progress are finished, tasks are handed over');
    setTimeout(() => process.exit(1), drainMsMax).unref();
    await this.#app?.close().catch((error: Error) => {
      this.log().error({ reason: reasonOf(error), err: error }, 'not stopped in order');
      process.exitCode = 1;
    });
    process.exit();
  }

  /** Nobody knows what such an error left half done: the next start reads where it was. */
  #endAtOnce(error: unknown): void {
    this.log().fatal({ reason: reasonOf(error), err: error }, 'ended by an error that nobody caught');
    process.exit(1);
  }
}
