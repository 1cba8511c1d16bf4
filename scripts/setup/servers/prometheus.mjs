/** Prometheus and its promtool for the tests of metrics, alerts and dashboards: the programs of the Debian package, unpacked below .tools. */
import { chmodSync, copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withDebianPackage } from '../ground/debian-package.mjs';
import { withSetupLock } from '../ground/lock.mjs';
import { inTools } from '../ground/paths.mjs';
import { SetupError } from '../ground/say.mjs';
import { isExecutable } from './nats-server.mjs';

const programs = ['prometheus', 'promtool'];
const folder = inTools('prometheus');
const remedy =
  'The tests of alerts and dashboards need Prometheus: install it, and set AFL_PROMETHEUS to the folder of its programs prometheus and promtool.';

/** @returns {string | undefined} folder that holds both programs */
export function findPrometheus() {
  const named = process.env['AFL_PROMETHEUS'];
  if (named) {
    if (holdsPrograms(named)) return named;
    throw new SetupError(`AFL_PROMETHEUS names ${named}, where prometheus and promtool are not. Correct or unset it.`);
  }
  return holdsPrograms(folder) ? folder : undefined;
}

/** For whoever does not hold the set-up lock: quick when Prometheus is there. */
export async function ensurePrometheus() {
  if (!findPrometheus()) await withSetupLock(fetchPrometheus);
  return fetchPrometheus();
}

/**
 * The caller holds the set-up lock, or Prometheus is there.
 * @returns {Promise<string>} folder that holds both programs
 */
export async function fetchPrometheus() {
  const found = findPrometheus();
  if (found) return found;
  try {
    await withDebianPackage('prometheus', undefined, (tree) => {
      for (const name of programs) keep(join(tree, 'usr', 'bin', name), join(folder, name));
    });
  } catch (error) {
    throw error instanceof SetupError ? new SetupError(`${error.message} ${remedy}`) : error;
  }
  return folder;
}

/** @param {string} place */
const holdsPrograms = (place) => programs.every((name) => isExecutable(join(place, name)));

/**
 * @param {string} from
 * @param {string} to
 */
function keep(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, `${to}.new`);
  chmodSync(`${to}.new`, 0o755);
  renameSync(`${to}.new`, to);
}
