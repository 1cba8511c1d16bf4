/**
 * Adds to package-lock.json the other platforms' binary packages that npm left out, and drops addresses of registries.
 * npm leaves an optional package out of the lock file when the registry in use does not serve it; `npm ci` then refuses the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from './setup/ground/paths.mjs';

/** @typedef {Record<string, unknown> & { optionalDependencies?: Record<string, string>, dev?: boolean, resolved?: string }} Entry */

const file = inRoot('package-lock.json');
const systems = ['darwin', 'win32', 'linux', 'android', 'freebsd', 'openharmony'];
const processors = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'arm'];

/**
 * @param {string} name e.g. @swc/core-linux-arm64-musl
 * @param {string} version
 * @param {boolean} dev
 */
function platformEntry(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc = os[0] === 'linux' ? (words.some((word) => word.startsWith('musl')) ? ['musl'] : ['glibc']) : undefined;
  return { version, cpu, ...(dev ? { dev } : {}), ...(libc ? { libc } : {}), optional: true, os };
}

/** @param {Record<string, Entry>} packages */
function complete(packages) {
  const added = [];
  for (const entry of Object.values({ ...packages })) {
    delete entry.resolved;
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (packages[path] || !/^\d+\.\d+\.\d+/.test(version)) continue;
      packages[path] = platformEntry(name, version, entry.dev === true);
      added.push(`${name}@${version}`);
    }
  }
  return added;
}

const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = complete(lock.packages);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} platform packages added to package-lock.json\n`);
