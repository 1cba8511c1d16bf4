/** Installs node_modules from package-lock.json with Node 24; npm on Node 20 silently skips nodejs-polars' binary. */
import { readFileSync } from 'node:fs';
import { npm } from '../ground/npm.mjs';
import { inRoot } from '../ground/paths.mjs';
import { say } from '../ground/say.mjs';
import { describeFile, digest, dropStamp, readStamp, writeStamp } from '../ground/stamp.mjs';

const lockFile = inRoot('package-lock.json');
/** npm's own record of what it put in node_modules; it rewrites it on every install, so its time tells of later changes. */
const installedFile = inRoot('node_modules', '.package-lock.json');
const stampFile = inRoot('node_modules', '.afluente-stamp');

const wanted = () => digest(readFileSync(lockFile, 'utf8'), describeFile(installedFile));

/** @returns {boolean} */
export const dependenciesReady = () => readStamp(stampFile) === wanted();

/** @param {string} node path of Node 24 */
export async function ensureDependencies(node) {
  if (dependenciesReady()) return;
  if (!installedMatchesLock()) {
    say('installing dependencies (npm ci) …');
    dropStamp(stampFile);
    // No package needs its install script here: the binaries come as platform packages.
    await npm(node, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: inRoot(),
      remedy:
        'Check that npm reaches its registry and that package.json and package-lock.json agree (`npm install` writes the lock file anew).',
    });
  }
  writeStamp(stampFile, wanted());
}

/** @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockEntry */

/** Whether node_modules already holds what the lock file asks for on this platform, e.g. after `npm ci` by hand. */
function installedMatchesLock() {
  try {
    const locked = packagesOf(lockFile);
    const present = packagesOf(installedFile);
    return Object.entries(locked).every(
      ([path, entry]) => path === '' || !isNeededHere(entry) || present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

/**
 * @param {string} file
 * @returns {Record<string, LockEntry>}
 */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** @param {LockEntry} entry */
function isNeededHere(entry) {
  if (!entry.optional) return true;
  const libc = process.platform === 'linux' ? 'glibc' : '';
  return Boolean(
    entry.os?.includes(process.platform) && entry.cpu?.includes(process.arch) && (entry.libc?.includes(libc) ?? true),
  );
}
