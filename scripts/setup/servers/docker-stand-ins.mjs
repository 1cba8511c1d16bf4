/**
 * Images for an engine that reaches no registry, made from what this machine has: Debian and Node in place of the official Node
 * image, and the nats-server versions of the compatibility tests under their official names.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ownMirror } from '../ground/debian-package.mjs';
import { withSetupLock } from '../ground/lock.mjs';
import { npmFolder } from '../ground/npm.mjs';
import { attempt, run } from '../ground/run.mjs';
import { say } from '../ground/say.mjs';
import { ensureNode24 } from '../project/node24.mjs';
import { fetchDebianServer } from './debian-nats.mjs';
import { programs } from './docker-packages.mjs';

const suite = 'bookworm';
const remedy = 'Remove .tools/docker and try again.';
/** Image of the test engine by label of the server. */
const natsImages = { 2.9: 'nats:2.9', '2.10': 'nats:2.10', current: 'nats:2' };

/** @typedef {{ docker: string, host: string }} Engine */

/**
 * @param {Engine} engine
 * @returns {Promise<string>} the image that stands in for node:24-bookworm-slim
 */
export async function standInNode(engine) {
  const node = await withSetupLock(ensureNode24);
  const image = `afluente-test/node:${(await run(node, ['--version'], { remedy })).trim().slice(1)}-${suite}`;
  if (await has(engine, image)) return image;
  say(`making ${image} with debootstrap …`);
  await inTempFolder(async (folder) => {
    await run(programs.debootstrap, ['--variant=minbase', suite, folder, await ownMirror()], {
      remedy: "Check that the machine's Debian mirror answers.",
    });
    const modules = join(folder, 'usr/local/lib/node_modules');
    mkdirSync(modules, { recursive: true });
    cpSync(realpathSync(node), join(folder, 'usr/local/bin/node'));
    cpSync(npmFolder(), join(modules, 'npm'), { recursive: true, dereference: true });
    for (const name of ['npm', 'npx'])
      symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(folder, 'usr/local/bin', name));
    await importFolder(engine, folder, image, []);
  });
  return image;
}

/** @param {Engine} engine */
export async function standInNats(engine) {
  for (const [label, image] of Object.entries(natsImages)) {
    if (await has(engine, image)) continue;
    const server = await withSetupLock(() => fetchDebianServer(label));
    await inTempFolder(async (folder) => {
      for (const file of [server, ...(await librariesOf(server))]) {
        const path = file === server ? join(folder, 'nats-server') : join(folder, file);
        mkdirSync(dirname(path), { recursive: true });
        cpSync(realpathSync(file), path);
      }
      await importFolder(engine, folder, image, ['--change', 'ENTRYPOINT ["/nats-server"]']);
    });
  }
}

/**
 * @param {Engine} engine
 * @param {string} image
 */
const has = async ({ docker, host }, image) =>
  (await attempt(docker, ['--host', host, 'image', 'inspect', image])).code === 0;

/** @param {(folder: string) => Promise<void>} work */
async function inTempFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'afluente-image-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Engine} engine
 * @param {string} folder becomes the root of the image
 * @param {string} image
 * @param {string[]} options
 */
async function importFolder({ docker, host }, folder, image, options) {
  const archive = `${folder}.tar`;
  try {
    await run('tar', ['--create', '--file', archive, '--directory', folder, '.'], { remedy });
    await run(docker, ['--host', host, 'import', ...options, archive, image], { remedy });
  } finally {
    rmSync(archive, { force: true });
  }
}

/**
 * @param {string} program
 * @returns {Promise<string[]>} the loader and the libraries that it names (ldd(1))
 */
async function librariesOf(program) {
  const { output } = await attempt('ldd', [program]);
  return [...output.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}
