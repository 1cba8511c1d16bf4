/** The nats-server of each Debian suite, below .tools/nats. */
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withDebianPackage } from '../ground/debian-package.mjs';
import { inTools } from '../ground/paths.mjs';

/**
 * Which suite carries which server: 'system' is the machine's own release.
 * @type {Record<string, string | undefined>}
 */
const suites = { 2.9: 'bookworm', '2.10': 'trixie', current: 'sid', system: undefined };

/** The versions that compatibility tests run against. */
export const compatibilityLabels = ['2.9', '2.10', 'current'];

/** @param {string} label '2.9', '2.10', 'current' or 'system' */
export const debianServerPath = (label) => inTools('nats', label, 'nats-server');

/**
 * @param {string} label
 * @returns {Promise<string>} path of the binary
 */
export async function fetchDebianServer(label) {
  const path = debianServerPath(label);
  if (existsSync(path)) return path;
  await withDebianPackage('nats-server', suites[label], (tree) => {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(tree, 'usr', 'sbin', 'nats-server'), `${path}.new`);
    renameSync(`${path}.new`, path);
  });
  return path;
}
