/** Finds processes that the tests started and left: all of them inherit a mark in their environment (proc(5)). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const marker = 'AFL_CI_RUN';

/**
 * @param {string} mark `NAME=value` that only this run has
 * @returns {string[]} a line for each process that is still there
 */
export function leakedProcesses(mark) {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(name, 'environ').split('\0').includes(mark))
    .map((name) => `process ${name} is still there: ${read(name, 'cmdline').replaceAll('\0', ' ').trim()}`);
}

/**
 * @param {string} pid
 * @param {string} file
 */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // Gone meanwhile, or somebody else's.
  }
}
