/** Runs the program itself: output and exit code are its own, every signal reaches it once. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';

const setpriv = '/usr/bin/setpriv';
const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** On Ctrl-C the terminal and npm both signal this process: the second within this time is the same key press. */
const sameSignalMs = 500;

/**
 * The child gets a session of its own, else the terminal would signal it beside us; setpriv(1) ends it should we be killed.
 * @param {string} file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} exit code; 128 + n for signal n
 */
export function runProgram(file, args, env) {
  const words = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'TERM', file, ...args] : [file, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(words[0] ?? file, words.slice(1), { env, stdio: 'inherit', detached: true });
    forwardSignals(child);
    if (child.pid !== undefined) niceSession(child.pid, getPriority());
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * Linux first divides the processors among sessions (sched(7), autogroup): by itself, a program of ours that somebody started with nice(1) would be nice to its own only.
 * @param {number} leader process id
 * @param {number} nice
 */
function niceSession(leader, nice) {
  if (nice <= 0) return;
  try {
    writeFileSync(`/proc/${leader}/autogroup`, String(nice));
  } catch {
    // Not on this kernel.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  for (const signal of forwarded) {
    let lastMs = -Infinity;
    process.on(signal, () => {
      const nowMs = performance.now();
      if (nowMs - lastMs > sameSignalMs) child.kill(signal);
      lastMs = nowMs;
    });
  }
}
