/** Finds a nats-server, or gets one: the system's package, the same package unpacked here, or the binary of the Docker image. */
import { accessSync, constants, mkdirSync, renameSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { canInstallPackages, installPackages } from '../ground/apt.mjs';
import { inTools } from '../ground/paths.mjs';
import { attempt } from '../ground/run.mjs';
import { SetupError, say } from '../ground/say.mjs';
import { fetchDebianServer } from './debian-nats.mjs';

const systemFolders = ['/usr/local/bin', '/usr/local/sbin', '/usr/bin', '/usr/sbin', '/sbin'];
const dockerImage = 'nats:2.12';
const fromDocker = inTools('nats', 'docker', 'nats-server');
const remedy =
  'Afluente needs a nats-server (2.9 or newer). Install one: `apt-get install nats-server` on Debian or Ubuntu, `brew install nats-server` on macOS; ' +
  'or set AFL_NATS_SERVER to the path of its binary.';

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string | undefined} path of a nats-server that is already here */
export function findNatsServer() {
  const named = process.env['AFL_NATS_SERVER'];
  if (named) {
    if (isExecutable(named)) return named;
    throw new SetupError(`AFL_NATS_SERVER names ${named}, which is not an executable file. Correct or unset it.`);
  }
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const places = [...onPath, ...systemFolders].map((folder) => join(folder, 'nats-server'));
  return [...places, inTools('nats', 'system', 'nats-server'), fromDocker].find(isExecutable);
}

/** @returns {Promise<string>} path of the binary */
export async function ensureNatsServer() {
  const found = findNatsServer();
  if (found) return found;
  for (const get of [installFromApt, unpackFromApt, copyFromDocker]) {
    await get();
    const got = findNatsServer();
    if (got) return got;
  }
  throw new SetupError(`No nats-server found, and none could be set up. ${remedy}`);
}

async function installFromApt() {
  if (!(await canInstallPackages())) return;
  await installPackages(['nats-server'], remedy).catch(showAndGoOn);
}

/** Needs no root: the package is downloaded and unpacked below .tools. */
async function unpackFromApt() {
  await fetchDebianServer('system').catch(showAndGoOn);
}

async function copyFromDocker() {
  if (process.platform !== 'linux' || (await attempt('docker', ['version'])).code !== 0) return;
  say(`taking nats-server out of the Docker image ${dockerImage} …`);
  mkdirSync(dirname(fromDocker), { recursive: true });
  const made = await attempt('docker', ['create', dockerImage]);
  const container = made.stdout.trim();
  if (made.code !== 0) return say(`docker create ${dockerImage} failed: ${made.output.trim()}`);
  const copied = await attempt('docker', ['cp', `${container}:/nats-server`, `${fromDocker}.new`]);
  await attempt('docker', ['rm', container]);
  if (copied.code === 0) renameSync(`${fromDocker}.new`, fromDocker);
}

/** @param {unknown} error */
function showAndGoOn(error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
}
