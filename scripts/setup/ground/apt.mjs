/** Installs Debian packages with apt-get, as root or through a sudo that asks no password. */
import { existsSync } from 'node:fs';
import { attempt, run } from './run.mjs';
import { say } from './say.mjs';

const aptGet = '/usr/bin/apt-get';
const lockWaitSeconds = 300;

/** @returns {Promise<string[] | undefined>} words to put before a command to run it as root; undefined: no way */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const { code } = await attempt('sudo', ['-n', 'true']);
  return code === 0 ? ['sudo', '-n'] : undefined;
}

/** @returns {Promise<boolean>} whether installPackages can work here */
export async function canInstallPackages() {
  return existsSync(aptGet) && (await rootPrefix()) !== undefined;
}

/**
 * Refreshes the package lists only when the first try fails: they may be absent or old.
 * @param {string[]} packages
 * @param {string} remedy what to do when it cannot be done
 */
export async function installPackages(packages, remedy) {
  const prefix = (await rootPrefix()) ?? [];
  say(`installing ${packages.join(' ')} with apt-get …`);
  const first = await attempt(...asRoot(prefix, installArgs(packages)));
  if (first.code === 0) return;
  await run(...asRoot(prefix, ['update', '-q']), { remedy });
  await run(...asRoot(prefix, installArgs(packages)), { remedy });
}

/** @param {string[]} packages */
const installArgs = (packages) => [
  'install',
  '-y',
  '-q',
  '--no-install-recommends',
  '-o',
  `DPkg::Lock::Timeout=${lockWaitSeconds}`,
  ...packages,
];

/**
 * @param {string[]} prefix
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
function asRoot(prefix, args) {
  const words = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', aptGet, ...args];
  return [words[0] ?? aptGet, words.slice(1)];
}
