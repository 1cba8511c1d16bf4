/** Progress and errors of the set-up, on stderr: stdout belongs to the program. */

/** An expected failure: its message says what to do, so no stack is shown. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`afluente: ${line}\n`);
}

/**
 * Runs a script's main function; a SetupError ends it with its message and exit code 1.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  try {
    const code = await main();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
