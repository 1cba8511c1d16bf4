/**
 * The development loop of one service: compiles each source of apps and libs that is edited, and starts the service anew: `npm run dev -- validate`.
 * The service is stopped in order, as in a roll-out, so it goes on where it was. A source that does not compile is named, and what ran goes on.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { inRoot } from './setup/ground/paths.mjs';
import { say } from './setup/ground/say.mjs';

const sourceFolders = ['apps', 'libs'];
/** Editors write a file in several steps, and several files at once. */
const quietMs = 100;

const [service = '', ...args] = process.argv.slice(2);
const program = inRoot('dist', 'apps', service, 'main.js');
/** Sources that were edited since the last turn. */
const edited = new Set();
let turning = Promise.resolve();
/** @type {NodeJS.Timeout | undefined} */
let quiet;
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

if (service === '' || !existsSync(program)) {
  say(
    `there is no service "${service}". Name one of ingest, validate, enrich, aggregate, lake-writer: npm run dev -- validate`,
  );
  process.exit(2);
}
for (const folder of sourceFolders)
  watch(inRoot(folder), { recursive: true }, (_event, name) => onEdit(join(folder, name ?? '')));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => void stop().then((code) => process.exit(code)));
// In the place of its bundle, so that it loads the files that are compiled here.
await compile(join('apps', service, 'main.ts'));
start();

/** @param {string} path */
function onEdit(path) {
  if (!path.endsWith('.ts') || path.endsWith('.spec.ts')) return;
  edited.add(path);
  clearTimeout(quiet);
  quiet = setTimeout(() => (turning = turning.then(turn)), quietMs);
}

async function turn() {
  const paths = [...edited];
  edited.clear();
  try {
    for (const path of paths) await compile(path);
  } catch (error) {
    // Until it compiles: what was edited with it has to be compiled then, too.
    for (const path of paths) edited.add(path);
    return say(String(error instanceof Error ? error.message : error));
  }
  say(`${paths.join(', ')} edited: ${service} starts again`);
  await stop();
  start();
}

/** @param {string} path below the root, of a source that was written or removed */
async function compile(path) {
  const target = inRoot('dist', path.replace(/\.ts$/, '.js'));
  if (!existsSync(inRoot(path))) return rmSync(target, { force: true });
  const { code, map } = await transformFile(inRoot(path), {
    configFile: inRoot('.swcrc'),
    swcrc: false,
    cwd: inRoot(),
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
  if (map !== undefined) writeFileSync(`${target}.map`, map);
}

function start() {
  running = spawn(process.execPath, ['--enable-source-maps', program, ...args], { stdio: 'inherit' });
  const mine = running;
  mine.on('exit', (code, signal) => {
    if (running === mine)
      say(`${service} ended by itself (${signal ?? `exit code ${code}`}): it starts again after the next edit`);
  });
}

/** @returns {Promise<number>} its exit code */
async function stop() {
  const child = running;
  running = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? 1;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return child.exitCode ?? 1;
}
