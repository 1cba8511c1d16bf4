/**
 * A Docker engine for tests: the one that answers here, else one of our own, which root can start.
 *
 * Our own keeps its images in .tools/docker, listens on a socket of its own, has a bridge of its own, and leaves the machine's firewall
 * and routing alone. Containers reach each other and this machine; builds reach the network as processes of this machine do.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdLock, withSetupLock } from '../ground/lock.mjs';
import { inTools, root } from '../ground/paths.mjs';
import { attempt, run } from '../ground/run.mjs';
import { SetupError } from '../ground/say.mjs';
import { installDockerPackages, programs } from './docker-packages.mjs';

const startMsMax = 60_000;
const stopMsMax = 30_000;
const pollMs = 200;
const logTailChars = 2_000;
/** What builds leave for the next one is kept up to this size, from one run to the next. */
const cacheBytesMax = '3GB';
const remedy = 'Start a Docker engine yourself, or set DOCKER_HOST to one: tests of the container images need it.';

/** @typedef {{ host: string, docker: string, own: boolean, stop: () => Promise<void> }} Engine docker: path of the client */

/** @returns {Promise<boolean>} whether the machine's own engine runs */
export const engineAnswers = async () => (await attempt('docker', ['version'])).code === 0;

/** @returns {Promise<Engine>} */
export async function openEngine() {
  if (await engineAnswers())
    return {
      host: process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock',
      docker: 'docker',
      own: false,
      stop: async () => undefined,
    };
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new SetupError(`No Docker engine answers, and only root on Linux can start one. ${remedy}`);
  await withSetupLock(installDockerPackages);
  const release = await holdLock('docker', 'another run of this clone uses its Docker engine, waiting for it …');
  try {
    return await startOwn(release);
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * @param {() => void} release
 * @returns {Promise<Engine>}
 */
async function startOwn(release) {
  const folder = mkdtempSync(join(tmpdir(), 'afluente-docker-'));
  const host = `unix://${folder}/docker.sock`;
  const bridge = await makeBridge();
  const daemon = startDaemon(folder, host, bridge);
  const docker = (/** @type {string[]} */ ...args) => attempt(programs.docker, ['--host', host, ...args]);
  const stop = async () => {
    await removeContainers(docker);
    await daemon.stop();
    await attempt(programs.ip, ['link', 'delete', bridge]);
    rmSync(folder, { recursive: true, force: true });
    release();
  };
  if (await answers(docker, daemon)) {
    // Of a run that was killed.
    await removeContainers(docker);
    await docker('image', 'prune', '--force');
    await docker('builder', 'prune', '--force', '--keep-storage', cacheBytesMax);
    return { host, docker: programs.docker, own: true, stop };
  }
  const log = readFileSync(daemon.log, 'utf8').slice(-logTailChars);
  await stop();
  throw new SetupError(`dockerd does not come up here; its log ends with:\n${log}\n${remedy}`);
}

/**
 * Name and network are the clone's own, so that one that was left by a killed run is known.
 * @returns {Promise<string>} its name
 */
async function makeBridge() {
  const clone = createHash('sha256').update(realpathSync(root)).digest();
  const [a = 0, b = 0] = clone;
  const name = `afl${clone.toString('hex', 2, 6)}`;
  await attempt(programs.ip, ['link', 'delete', name]);
  await run(programs.ip, ['link', 'add', name, 'type', 'bridge'], { remedy });
  await run(programs.ip, ['address', 'add', `10.${100 + (a % 150)}.${b}.1/24`, 'dev', name], { remedy });
  await run(programs.ip, ['link', 'set', name, 'up'], { remedy });
  return name;
}

/**
 * The kernel asks dockerd to end, and to end its containers, should this process die.
 * @param {string} folder
 * @param {string} host
 * @param {string} bridge
 */
function startDaemon(folder, host, bridge) {
  const log = join(folder, 'dockerd.log');
  const data = inTools('docker');
  mkdirSync(data, { recursive: true });
  const output = openSync(log, 'a');
  const options = [
    '--data-root',
    data,
    '--exec-root',
    join(folder, 'exec'),
    '--pidfile',
    join(folder, 'pid'),
    '--host',
    host,
  ];
  const network = [
    '--bridge',
    bridge,
    '--iptables=false',
    '--ip6tables=false',
    '--ip-masq=false',
    '--ip-forward=false',
  ];
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', programs.dockerd, ...options, ...network], {
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  const running = () => child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    const force = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    if (running()) child.kill('SIGTERM');
    if (running()) await exited;
    clearTimeout(force);
  };
  return { log, running, stop };
}

/** @typedef {(...args: string[]) => Promise<import('../ground/run.mjs').RunResult>} Docker */

/**
 * @param {Docker} docker
 * @param {{ running: () => boolean }} daemon
 */
async function answers(docker, daemon) {
  for (
    const endMs = performance.now() + startMsMax;
    performance.now() < endMs && daemon.running();
    await sleep(pollMs)
  ) {
    if ((await docker('version')).code === 0) return true;
  }
  return false;
}

/** @param {Docker} docker */
async function removeContainers(docker) {
  const { stdout } = await docker('ps', '--all', '--quiet');
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length > 0) await docker('rm', '--force', '--volumes', ...ids);
}
