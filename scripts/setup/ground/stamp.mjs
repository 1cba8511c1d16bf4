/** Stamps: a step writes what it was done for, and is skipped while that is unchanged. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @param {string} file
 * @returns {string} '' when there is none
 */
export function readStamp(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
export function writeStamp(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}

/** @param {string} file */
export function dropStamp(file) {
  rmSync(file, { force: true });
}

/** @param {string[]} parts */
export function digest(...parts) {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/**
 * Name, size and modification time of every file below the folders that `keep` wants.
 * @param {string[]} folders
 * @param {(name: string) => boolean} keep
 * @returns {string[]}
 */
export function listing(folders, keep) {
  return folders.flatMap((folder) => listFolder(folder, keep)).sort();
}

/**
 * @param {string} folder
 * @param {(name: string) => boolean} keep
 * @returns {string[]}
 */
function listFolder(folder, keep) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFolder(path, keep);
    return keep(entry.name) ? [describeFile(path)] : [];
  });
}

/**
 * @param {string} path
 * @returns {string} '' when the file is absent
 */
export function describeFile(path) {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts ? `${path} ${facts.size} ${facts.mtimeMs}` : '';
}
