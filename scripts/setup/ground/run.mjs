/** Runs a set-up command quietly: its output is shown only when it fails. */
import { spawn } from 'node:child_process';
import { SetupError } from './say.mjs';

const linesMax = 15;

/**
 * @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} RunOptions
 * @typedef {{ code: number, output: string, stdout: string }} RunResult
 */

/**
 * Runs to the end, never throws: code 127 when the program cannot be started.
 * @param {string} file
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function attempt(file, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    let stdout = '';
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    });
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 127, output: String(error), stdout }));
    child.on('close', (code) => resolve({ code: code ?? 1, output, stdout }));
  });
}

/**
 * Runs to the end; a failure becomes a SetupError with the command, the end of its output and what to do.
 * @param {string} file
 * @param {string[]} args
 * @param {RunOptions & { remedy: string }} options
 * @returns {Promise<string>} standard output
 */
export async function run(file, args, options) {
  const { code, output, stdout } = await attempt(file, args, options);
  if (code === 0) return stdout;
  throw new SetupError(
    `\`${[file, ...args].join(' ')}\` ended with code ${code}:\n${excerpt(output)}\n${options.remedy}`,
  );
}

/**
 * @param {string} output
 * @returns {string} its first and last lines: tools name the cause first or last
 */
function excerpt(output) {
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => line.trim());
  return lines.length <= 2 * linesMax
    ? lines.join('\n')
    : [...lines.slice(0, linesMax), '…', ...lines.slice(-linesMax)].join('\n');
}
