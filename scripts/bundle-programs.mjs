/**
 * Puts our own code that the programs of a build load into a few files: `<dist>/apps/<app>/main.js`, which stood there before, becomes one of them, and what several programs
 * share stands in `<dist>/apps/.chunks`. A program then starts in two thirds of the time (test/bench/RESULTS.md). All other files stay as they are: a `main.js` that is
 * compiled anew loads them, one by one.
 *
 * Run: node scripts/bundle-programs.mjs dist
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(process.argv[2] ?? 'dist');
/** From the folder of a program, or from that of what they share. */
const toDist = '../../';
const toRoot = `${toDist}../`;

const programs = readdirSync(join(dist, 'apps'))
  .map((app) => join('apps', app, 'main.js'))
  .filter((file) => existsSync(join(dist, file)));
const build = await rolldown({
  platform: 'node',
  input: Object.fromEntries(programs.map((file) => [file, join(dist, file)])),
  plugins: [{ name: 'own-code', resolveId: { order: 'pre', handler: resolveOwn }, load: loadOwn }],
});
await build.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name]',
  chunkFileNames: 'apps/.chunks/[name].js',
  // Places in logs are told in our sources by them (libs/runtime/stack/in-sources.ts).
  sourcemap: true,
  sourcemapExcludeSources: true,
  sourcemapPathTransform: (source, map) => toRoot + relative(root, resolve(dirname(map), source)),
  comments: { legal: true, annotation: false, jsdoc: false },
});
await build.close();

/** Packages, and what of them is bundled, stay where Node finds them. @param {string} source */
function resolveOwn(source) {
  if (source.startsWith('#')) return join(dist, 'libs', `${source.slice(1)}.js`);
  return /^[./]/.test(source) ? undefined : { id: source, external: true };
}

/** A module that asks for its own place is told where it was before. @param {string} file */
function loadOwn(file) {
  const path = relative(dist, file);
  const code = readFileSync(file, 'utf8').replaceAll(
    'import.meta.url',
    `new URL('${toDist}${path}', import.meta.url).href`,
  );
  const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  return { code, map: { ...map, sources: [join(root, path.replace(/\.js$/, '.ts'))] } };
}
