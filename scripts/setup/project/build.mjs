/** Compiles TypeScript to dist with SWC and bundles packages and programs there, only when a source changed; types are checked apart (`npm run typecheck`). */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { inRoot, root, tools } from '../ground/paths.mjs';
import { run } from '../ground/run.mjs';
import { say } from '../ground/say.mjs';
import { describeFile, digest, listing, readStamp, writeStamp } from '../ground/stamp.mjs';

const sourceFolders = [
  'apps',
  'libs',
  'examples',
  'test/support',
  'test/bench',
  'test/bounds/support',
  'test/controls',
  'test/e2e/support',
  'test/faults',
  'test/hostile',
  'test/repartition',
  'test/simulation',
  'test/texts',
];
const dist = inRoot('dist');
const stampFile = inRoot('dist', '.stamp');
/** In this order. */
const bundlers = ['bundle-packages.mjs', 'bundle-programs.mjs'].map((name) => inRoot('scripts', name));

const presentFolders = () => sourceFolders.filter((folder) => existsSync(inRoot(folder)));
const isSource = (/** @type {string} */ name) => name.endsWith('.ts') && !name.endsWith('.spec.ts');
const wanted = () =>
  digest(
    describeFile(inRoot('.swcrc')),
    ...bundlers.map(describeFile),
    readFileSync(inRoot('package-lock.json'), 'utf8'),
    ...listing(
      presentFolders().map((folder) => inRoot(folder)),
      isSource,
    ),
  );

/** @returns {boolean} */
export const buildReady = () => readStamp(stampFile) === wanted();

/** @param {string} node path of Node 24 */
export async function ensureBuild(node) {
  if (!buildReady()) await build(node);
}

/**
 * Builds aside and swaps, so that files of deleted sources vanish and a failed build leaves the last good one.
 * @param {string} node path of Node 24
 */
export async function build(node) {
  say('building …');
  const stamp = wanted();
  const fresh = `${tools}/dist-${process.pid}`;
  const old = `${fresh}-old`;
  const args = [
    inRoot('node_modules/@swc/cli/bin/swc.js'),
    ...presentFolders(),
    '-d',
    fresh,
    '--config-file',
    '.swcrc',
    '--quiet',
    '--ignore',
    '**/*.spec.ts',
  ];
  await run(node, args, { cwd: root, remedy: 'Correct the source file named above; `npm run typecheck` shows more.' });
  for (const bundler of bundlers)
    await run(node, [bundler, fresh], { cwd: root, remedy: 'Install what package-lock.json says: npm ci.' });
  writeStamp(`${fresh}/.stamp`, stamp);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}
