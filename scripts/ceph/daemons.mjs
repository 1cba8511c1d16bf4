/** Ceph's daemons as children of this process: in the foreground, on loopback, gone when this process goes. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const stopGraceMs = 3000;

/** @typedef {{ name: string, exited: Promise<void>, running: () => boolean, stop: () => Promise<void> }} Daemon */

/**
 * @param {string} folder gets `<name>.log`
 * @param {string} file
 * @param {string[]} args
 * @returns {Daemon}
 */
export function startDaemon(folder, file, args) {
  const name = file.split('/').pop() ?? file;
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'KILL', file, ...args], { stdio: ['ignore', log, log] });
  closeSync(log);
  const running = () => child.exitCode === null && child.signalCode === null;
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async () => {
    if (!running()) return;
    // Nothing has to be kept: the store is in memory, so a slow farewell helps nobody.
    const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(force);
  };
  return { name, exited, running, stop };
}
