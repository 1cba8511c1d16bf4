/** The packages that a build has bundled: to its programs they are the ones that npm has installed, and there is one of each. */

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';

const bundled = join(projectRoot, 'dist', 'node_modules');

/** What Node sees when a file in `folder` imports these: its kind and names, by specifier. */
async function seenFrom(folder: string, specifiers: readonly string[]): Promise<Record<string, string[]>> {
  const text = `
    const seen = {};
    for (const specifier of ${JSON.stringify(specifiers)}) {
      const module = await import(import.meta.resolve(specifier, ${JSON.stringify(`file://${folder}/program.js`)}));
      seen[specifier] = Object.entries(module).filter(([name]) => name !== 'module.exports')
        .map(([name, value]) => name + ' ' + typeof value + ' ' + (name === 'default' && value ? Object.keys(value).sort() : '')).sort();
    }
    process.stdout.write(JSON.stringify(seen));`;
  const args = ['--experimental-import-meta-resolve', '--input-type=module', '--eval', text];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
  return JSON.parse(stdout) as Record<string, string[]>;
}

function manifests(): Array<{ name: string; version: string; exports: Record<string, string> }> {
  const names = readdirSync(bundled).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(bundled, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return names
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(bundled, name, 'package.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof manifests>[number]);
}

const specifiers = (): string[] =>
  manifests().flatMap(({ name, exports }) =>
    Object.keys(exports)
      .filter((path) => path !== './package.json')
      .map((path) => name + path.slice(1)),
  );

test('their modules have the same names, of the same kinds, as those that npm has installed', async () => {
  const all = specifiers();
  expect(all.length).toBeGreaterThan(20);
  const [built, installed] = [await seenFrom(join(projectRoot, 'dist'), all), await seenFrom(projectRoot, all)];
  expect(built).toEqual(installed);
});

test('their versions are those of the lock file', () => {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  for (const { name, version } of manifests())
    expect([name, version]).toEqual([name, lock.packages[`node_modules/${name}`]?.version]);
});

test('no module of them is loaded a second time from where npm has installed it', async () => {
  const args = [
    '--import',
    './dist/test/bench/processes/count-modules.js',
    './dist/apps/lake-writer/main.js',
    '--help',
  ];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
  const owners = stderr.split('\n').flatMap((line) => /^ *\d+ (?!modules)(.+)$/.exec(line)?.[1] ?? []);
  expect(owners).toContain('@nestjs/core (bundled)');
  expect(owners.filter((owner) => !owner.endsWith('(bundled)')).sort()).toEqual(['afluente', 'node', 'nodejs-polars']);
});

test("a start loads none of Node's own modules for browsers' networks, and none for checkpoints of other engines", async () => {
  const tell = "process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\n')))";
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(tell)}`,
    '--import',
    './dist/test/bench/processes/count-modules.js',
    './dist/apps/lake-writer/main.js',
    '--help',
  ];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot, maxBuffer: 1e8 });
  expect(stderr).toContain('NativeModule http\n');
  expect(stderr).toContain('@nestjs/core (bundled)');
  expect(stderr).not.toContain('undici');
  expect(stderr).not.toContain('hyparquet-compressors');
});
