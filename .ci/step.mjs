/** Runs one command of the CI, shows what it says as it says it, and ends it when it hangs. */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { endedChildrenCpuSeconds } from './cpu-of-children.mjs';

/** How long a program may go on after it printed that it hangs. */
const hangGraceMs = 10_000;
const killGraceMs = 10_000;
let cpuSecondsCounted = 0;

function cpuSecondsOfLastEnded() {
  const all = endedChildrenCpuSeconds();
  const own = all - cpuSecondsCounted;
  cpuSecondsCounted = all;
  return own;
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {{ env: Record<string, string>, timeoutMs: number, hang?: RegExp, last?: boolean }} options env: more variables; hang: output that means it will never end; last: only with
 * what others leave of the processors
 * @returns {Promise<{ code: number, output: string, cpuSeconds: number }>}
 */
export function runStep(file, args, { env, timeoutMs, hang, last = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, CI: 'true' },
    });
    if (last && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    /** @type {NodeJS.Timeout[]} */
    const timers = [setTimeout(end, timeoutMs)];
    function end() {
      process.stdout.write(`${file} ${args.join(' ')} did not end in time: stopping it\n`);
      child.kill('SIGTERM');
      timers.push(setTimeout(() => child.kill('SIGKILL'), killGraceMs));
    }
    let output = '';
    let hangs = false;
    const show = (/** @type {string} */ text) => {
      process.stdout.write(text);
      output += text;
      if (hang?.test(output) && !hangs) timers.push(setTimeout(end, hangGraceMs));
      hangs ||= hang?.test(output) ?? false;
    };
    child.stdout.setEncoding('utf8').on('data', (text) => (args.includes('--json') ? undefined : show(text)));
    child.stderr.setEncoding('utf8').on('data', show);
    child.on('error', reject);
    let cpuSeconds = 0;
    child.on('exit', () => {
      cpuSeconds = cpuSecondsOfLastEnded();
    });
    child.on('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ code: code ?? 1, output, cpuSeconds });
    });
  });
}
