/**
 * Puts the packages that a build imports into a few files, as `<dist>/node_modules`, where Node finds them before those of the project: a program then opens a third
 * of the files, and needs half the CPU to start (test/bench/RESULTS.md). Without that folder all works as well.
 *
 * Run: node scripts/bundle-packages.mjs dist
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { parseSync } from 'rolldown/utils';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** What finds its native code by its own place. */
const native = /^(nodejs-polars|@duckdb\/node-api)(\/|$)/;
/** Whose packages are bundled. Other programs of a build share them: there may not be two of a class. */
const product = ['apps', 'libs'];
/** Entries are modules that Node would load as such, so CommonJS looks to them as it does to Node. */
const entryOf = (/** @type {string} */ specifier) => `entry:${specifier}.mjs`;

/** @typedef {{ packages: Record<string, { version: string, dev?: boolean }> }} Lock */
/** @type {Lock} */
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const dist = resolve(process.argv[2] ?? 'dist');
const target = join(dist, 'node_modules');

rmSync(target, { recursive: true, force: true });
const packages = new Set(importedBy(product.map((folder) => join(dist, folder))).map(packageOf));
const specifiers = importedBy([dist]).filter((specifier) => packages.has(packageOf(specifier)));
await bundle(
  new Map(await Promise.all(specifiers.map(async (one) => /** @type {const} */ ([one, await textOf(one)])))),
);
for (const name of packages) writeManifest(name);
// Without it Node parses each of these files to find out what it is.
writeFileSync(join(target, '.chunks', 'package.json'), '{ "type": "module" }\n');

/**
 * @param {string[]} folders
 * @returns {string[]} what their files import from packages that are bundled, each once
 */
function importedBy(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const found = files.filter((file) => file.endsWith('.js')).flatMap(importsOf);
  return [...new Set(found)].filter(isBundled).sort();
}

/** @param {string} file */
function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const exported = staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value));
  const late = dynamicImports.map(
    ({ moduleRequest: { start, end } }) => /^['"]([^'"]+)['"]$/.exec(text.slice(start, end))?.[1],
  );
  const all = [...staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported, ...late];
  return all.filter((specifier) => typeof specifier === 'string');
}

/** @param {string} specifier */
function isBundled(specifier) {
  if (/^[.#/]|^node:/.test(specifier) || native.test(specifier)) return false;
  return isOfProduction(`node_modules/${packageOf(specifier)}`);
}

/**
 * What is there for tests only may as well be missing.
 * @param {string} path of a package in the lock file
 */
function isOfProduction(path) {
  const entry = lock.packages[path];
  return entry !== undefined && entry.dev !== true;
}

/** @param {string} specifier */
function packageOf(specifier) {
  const [scope = '', name] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/**
 * All that Node sees in a module, of CommonJS as well.
 * @param {string} specifier
 * @returns {Promise<string>} the text of its entry
 */
async function textOf(specifier) {
  const names = Object.keys(await import(specifier)).filter((name) => name !== 'module.exports');
  return `export { ${names.join(', ')} } from ${JSON.stringify(specifier)};`;
}

/** @param {string} specifier */
function fileOf(specifier) {
  const name = packageOf(specifier);
  return `${name}/${specifier === name ? 'index' : specifier.slice(name.length + 1).replace(/\.js$/, '')}.js`;
}

/** @param {ReadonlyMap<string, string>} texts by specifier */
async function bundle(texts) {
  const build = await rolldown({
    cwd: root,
    checks: { pluginTimings: false },
    platform: 'node',
    input: Object.fromEntries([...texts.keys()].map((one) => [fileOf(one).replace(/\.js$/, ''), entryOf(one)])),
    plugins: [quietHttpPlugin(), entriesPlugin(new Map([...texts].map(([one, text]) => [entryOf(one), text])))],
  });
  await build.write({
    dir: target,
    format: 'esm',
    entryFileNames: '[name].js',
    // Named after a package, so that stacks and profiles say whose code it is.
    chunkFileNames: ({ moduleIds }) => {
      const [, name = 'shared'] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleIds.at(-1) ?? '') ?? [];
      return `.chunks/${name.replace('/', '+')}-[hash].js`;
    },
    // Decorators need what `reflect-metadata` does, before them.
    strictExecutionOrder: true,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await build.close();
}

/**
 * Whoever imports `node:http` as a module is given all that it exports, its WebSocket too, for which Node loads a browser's whole network: 35 ms of each start. Nothing here
 * asks for that.
 * @returns {import('rolldown').Plugin}
 */
function quietHttpPlugin() {
  const loud = new Set(['WebSocket', 'CloseEvent', 'MessageEvent']);
  const module = /^(?:node:)?(https?)$/;
  return {
    name: 'quiet-http',
    resolveId: {
      order: 'pre',
      handler: (source, _, { kind }) =>
        kind === 'import-statement' && module.test(source) ? `quiet:${module.exec(source)?.[1]}` : undefined,
    },
    load(id) {
      const name = /^quiet:(.*)$/.exec(id)?.[1];
      if (name === undefined) return undefined;
      const names = Object.keys(process.getBuiltinModule(`node:${name}`) ?? {}).filter((one) => !loud.has(one));
      return `const all = process.getBuiltinModule('node:${name}');\nexport default all;\nexport const { ${names.join(', ')} } = all;`;
    },
  };
}

/**
 * @param {ReadonlyMap<string, string>} texts by entry
 * @returns {import('rolldown').Plugin}
 */
function entriesPlugin(texts) {
  return {
    name: 'entries',
    load: (id) => texts.get(id),
    resolveId: {
      order: 'pre',
      async handler(source, importer, { kind }) {
        if (texts.has(source)) return source;
        if (/^[.#/]/.test(source)) return undefined;
        const from = importer && !texts.has(importer) ? importer : join(root, 'package.json');
        const resolved = native.test(source) ? undefined : await this.resolve(source, from, { kind, skipSelf: true });
        const path = resolved ? pathInLock(resolved.id) : undefined;
        return resolved && (path === undefined || isOfProduction(path)) ? resolved : { id: source, external: true };
      },
    },
  };
}

/**
 * @param {string} file
 * @returns {string | undefined} of which package it is, as a path of the lock file
 */
function pathInLock(file) {
  return /(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/.exec(relative(root, file))?.[0].slice(0, -1);
}

/** What of a package is here: nothing else of it is found, so a build never has a module twice. @param {string} name */
function writeManifest(name) {
  const own = specifiers.filter((specifier) => packageOf(specifier) === name);
  const exports = Object.fromEntries(
    own.map((one) => [`.${one.slice(name.length)}`, `.${fileOf(one).slice(name.length)}`]),
  );
  const { version } = lock.packages[`node_modules/${name}`] ?? {};
  const manifest = { name, version, type: 'module', exports: { './package.json': './package.json', ...exports } };
  writeFileSync(join(target, name, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
