/** The programs of a build are bundles of our code, and what they say of an error still names our sources. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { inSources } from '#runtime/stack/in-sources';
import { projectRoot } from '../support/project-root.js';

const apps = join(projectRoot, 'dist', 'apps');
const chunks = join(apps, '.chunks');

/** @returns line and column, counted from 1, of the only place of `words` in a text */
function placeOf(text: string, words: string): { line: number; column: number } {
  const [before = '', ...more] = text.split(words);
  expect(more).toHaveLength(1);
  const lines = before.split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

test.each(['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'])('%s loads few files of ours', async (app) => {
  const args = ['--import', './dist/test/bench/processes/count-modules.js', `./dist/apps/${app}/main.js`, '--help'];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
  expect(Number(/(\d+) afluente$/m.exec(stderr)?.[1])).toBeLessThan(10);
});

test('a place in a bundle is told as the place in the source', () => {
  const source = 'libs/runtime/ground/safe-error.ts';
  const declared = 'function withoutPartitionValues(';
  const built = readdirSync(chunks)
    .filter((name) => name.endsWith('.js'))
    .find((name) => readFileSync(join(chunks, name), 'utf8').includes(declared))!;
  const inBundle = placeOf(readFileSync(join(chunks, built), 'utf8'), declared);
  const inSource = placeOf(readFileSync(join(projectRoot, source), 'utf8'), declared);
  const told = (path: string, { line, column }: typeof inSource) =>
    `Error: words\n    at run (${path}:${line}:${column})`;
  expect(inSources(told(pathToFileURL(join(chunks, built)).href, inBundle))).toBe(told(source, inSource));
});

test('what has no map, and what is no place, stays as it is', () => {
  const text = `at a (file:///nowhere/a.js:1:2)\nat b (node:internal/x:1:2)\nat c (${pathToFileURL(join(chunks, 'none.js')).href})`;
  expect(inSources(text)).toBe(text);
});
