/** The packages that run in production, from package-lock.json: what is shipped, and what its licences are. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version: string, license?: string, dev?: boolean, devOptional?: boolean, os?: string[], cpu?: string[], optionalDependencies?: Record<string, string> }} Entry
 * @typedef {{ name: string, version: string, licence: string | undefined }} Package
 */

/**
 * @param {string} root folder with package-lock.json and node_modules
 * @returns {Package[]} each name and version once
 */
export function productionPackages(root) {
  /** @type {Record<string, Entry>} */
  const entries = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = new Map();
  for (const [path, entry] of Object.entries(entries)) {
    if (path === '' || entry.dev || entry.devOptional) continue;
    const name = nameOf(path);
    found.set(`${name}@${entry.version}`, { name, version: entry.version, licence: licenceOf(root, path, entries) });
  }
  return [...found.values()];
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * An SPDX expression: from the lock file, else from the installed package, in which old ones have a list; a binary package for
 * one platform has the licence of the package that asks for it.
 * @param {string} root
 * @param {string} path
 * @param {Record<string, Entry>} entries
 * @returns {string | undefined}
 */
function licenceOf(root, path, entries) {
  const entry = entries[path];
  const stated = entry?.license ?? installedLicence(join(root, path, 'package.json'));
  if (stated !== undefined && !stated.startsWith('SEE LICENSE')) return stated;
  if (!entry?.os && !entry?.cpu) return stated;
  const parent = Object.entries(entries).find(([, other]) => other.optionalDependencies?.[nameOf(path)] !== undefined);
  return parent && parent[0] !== '' ? licenceOf(root, parent[0], entries) : stated;
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function installedLicence(file) {
  if (!existsSync(file)) return undefined;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof license === 'string') return license;
  return Array.isArray(licenses) && licenses.length > 0 ? licenses.map(({ type }) => type).join(' OR ') : undefined;
}
