/** The documents lead to what is there, stand where one looks for them, and show what the code has. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { version } from '#runtime/ground/version';
import { projectRoot } from '../support/project-root.js';
import { anchorsOf, linkViolations, pathViolations, readMarkdownFiles } from './markdown-file.js';
import { readSourceFiles } from './source-file.js';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const foldersIn = (path: string): string[] =>
  readdirSync(join(projectRoot, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
const documents = readMarkdownFiles();

test.each(documents.map((document) => [document.path, document] as const))(
  '%s leads to files and headings that are there',
  (_, document) => {
    expect(linkViolations(document)).toEqual([]);
  },
);

/** A row of results tells of the files as they were then. */
const records = ['CHANGELOG.md', 'test/bench/RESULTS.md', 'test/faults/RESULTS.md'];

test.each(
  documents.filter(({ path }) => !records.includes(path)).map((document) => [document.path, document] as const),
)('%s speaks of files that exist', (_, document) => {
  expect(pathViolations(document)).toEqual([]);
});

describe('a broken link is found', () => {
  test.each([
    ['to a file', 'See [x](nowhere.md).', 'docs/a.md:1 links to nowhere.md, which is not there.'],
    [
      'to a heading',
      'See\n[x](tour.md#nowhere).',
      'docs/a.md:2 links to tour.md#nowhere, but docs/tour.md has no such heading.',
    ],
    [
      'to a heading of its own',
      '# A b\n[y](#a-b) [x](#a)',
      'docs/a.md:2 links to #a, but docs/a.md has no such heading.',
    ],
    ['out of the repository', '[x](../../README.md)', 'docs/a.md:1 links to ../../README.md, which is not there.'],
  ])('%s', (_, text, violation) => {
    expect(linkViolations({ path: 'docs/a.md', text })).toEqual([violation]);
  });

  test('but not in code, and not to the web', () => {
    expect(
      linkViolations({
        path: 'docs/a.md',
        text: 'a `[x](y)`\n\n    [x](y)\n\n```\n[x](y)\n```\n[x](https://nats.io/y)',
      }),
    ).toEqual([]);
  });

  test('headings are named as GitHub names them', () => {
    expect([...anchorsOf('# The `doctor`, and why\n## A\n## A\n## 1. [Kill -9](x.md)\n')]).toEqual([
      'the-doctor-and-why',
      'a',
      'a-1',
      '1-kill--9',
    ]);
  });
});

test('the version that metrics and commits name is that of package.json', () => {
  expect(version).toBe((JSON.parse(read('package.json')) as { version: string }).version);
});

describe('the README', () => {
  const readme = read('README.md');

  test('is short', () => {
    expect(readme.split('\n').length).toBeLessThan(200);
  });

  test('begins with the two commands', () => {
    expect(readme.split('\n## ')[1]).toMatch(
      /^Two commands\n[\s\S]*?\n {4}npm start {6}# [^\n]+\n {4}npm test {7}# all tests\n/,
    );
  });

  test.each([
    ['pipeline.yaml', 'pipeline.yaml'],
    ['contracts/order.schema.json', 'contracts/order.schema.json'],
  ])("shows the first example's %s", (file, name) => {
    const shown = new RegExp(`\`/tmp/shop/${name}\`:\n\n((?: {4}.*\n|\n(?= {4}))+)`).exec(readme)?.[1];
    expect(shown?.replace(/^ {4}/gm, '')).toBe(read(`examples/01-first-pipeline/${file}`));
  });

  test('leads to the index of the documentation', () => {
    expect(readme).toContain('](docs/README.md)');
  });
});

test('the tour answers each question in two lines that lead to the code', () => {
  const answers = read('docs/tour.md').split('\n## ').slice(1);
  for (const answer of answers)
    expect(answer.trim()).toMatch(/^[^\n]+\?\n\n[^\n]+\n[^\n]*\]\(\.\.\/(libs|CONTRIBUTING)[^\n]+$/);
});

describe('the index of', () => {
  test('the documentation leads to every page', () => {
    const pages = readdirSync(join(projectRoot, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
    const index = read('docs/README.md');
    expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
    expect(foldersIn('docs').filter((folder) => !index.includes(`](${folder}/`))).toEqual([]);
  });

  test('the decisions leads to each, and they are numbered without a gap', () => {
    const decisions = readdirSync(join(projectRoot, 'docs/decisions'))
      .filter((name) => name !== 'README.md')
      .sort();
    expect(decisions.map((name) => Number(name.slice(0, 4)))).toEqual(decisions.map((_, i) => i + 1));
    const titles = decisions.map(
      (name, i) =>
        `| ${i + 1} | [${new RegExp(`^# ${i + 1}\\. (.+)`).exec(read(`docs/decisions/${name}`))?.[1]}](${name}) |`,
    );
    expect(
      read('docs/decisions/README.md')
        .split('\n')
        .filter((line) => /^\| \d/.test(line)),
    ).toEqual(titles);
  });

  test('the tests leads to every folder', () => {
    const index = read('test/README.md');
    expect(
      foldersIn('test').filter(
        (folder) => !index.includes(`](${folder})`) && !index.includes(`](${folder}/README.md)`),
      ),
    ).toEqual([]);
  });

  test('dependencies gives a reason for every package', () => {
    const rows = read('docs/dependencies.md')
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const hasRow = (word: string): boolean => rows.some((row) => row.split(' | ')[0]?.includes(`\`${word}\``));
    const manifest = JSON.parse(read('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(names.filter((name) => !hasRow(name) && !(name.startsWith('@types/') && hasRow('@types/*')))).toEqual([]);
  });
});

test('every lib has an introduction that says what it is and what to read first', () => {
  expect(
    foldersIn('libs').filter(
      (lib) =>
        !new RegExp(
          `^# ${lib}: .{20,}\n\n[^]{80,}\nRead first:\n\n(- \\[[\\w./-]+\\.ts\\]\\([\\w./-]+\\.ts\\): .+\n)+$`,
        ).test(read(`libs/${lib}/README.md`)),
    ),
  ).toEqual([]);
});

test('the way of an event has twenty files or fewer, numbered in order', () => {
  const steps = [...read('docs/way-of-an-event.md').matchAll(/^(\d+)\. \[([\w./-]+)\]\(\.\.\/\2\) /gm)];
  expect(steps.map(([, number]) => Number(number))).toEqual(steps.map((_, i) => i + 1));
  expect(new Set(steps.map(([, , path]) => path)).size).toBe(steps.length);
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.length).toBeLessThanOrEqual(20);
});

test('no two specs have the same file name', () => {
  const names = readSourceFiles()
    .map(({ path }) => basename(path))
    .filter((name) => name.endsWith('.spec.ts'));
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});
