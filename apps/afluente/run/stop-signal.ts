/** Ctrl-C and SIGTERM as one abort signal, which drains; a second one ends at once. */
import { killOwnProcesses } from './own-processes.js';

/** npm and a terminal may both hand on one press of the keys. */
const samePressMs = 1_000;
/** As a shell says of a program that SIGINT has ended. */
const exitInterrupted = 130;

export function stopSignal(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const stop = (): void => {
    if (!controller.signal.aborted) {
      firstMs = performance.now();
      say('draining: every step in progress is finished and committed (once more: end at once) …');
      return controller.abort();
    }
    if (performance.now() - firstMs < samePressMs) return;
    say('ended at once: what was not committed is done again at the next start');
    killOwnProcesses();
    process.exit(exitInterrupted);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}
