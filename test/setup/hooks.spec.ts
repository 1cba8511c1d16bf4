/** `npm run hooks`: git asks the linter before each commit. In a repository of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

const copied = ['scripts', '.githooks', '.gitignore', 'biome.jsonc', 'package.json', 'package-lock.json'];
const linked = ['node_modules', '.tools'];
const author = ['GIT_AUTHOR_NAME', 'GIT_COMMITTER_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_EMAIL'];
const environment = { ...process.env, ...Object.fromEntries(author.map((name) => [name, 'somebody'])) };

let dir: TempDir;
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: dir.path, env: environment, encoding: 'utf8' });
const commit = (name: string, text: string) => {
  writeFileSync(join(dir.path, name), text);
  run('git', 'add', name);
  return spawnSync('git', ['commit', '-m', name], { cwd: dir.path, env: environment, encoding: 'utf8' });
};

beforeEach(() => {
  dir = makeTempDir('hooks');
  for (const path of copied) cpSync(join(projectRoot, path), join(dir.path, path), { recursive: true });
  for (const path of linked) symlinkSync(join(projectRoot, path), join(dir.path, path));
  run('git', 'init', '--quiet');
  run('npm', 'run', 'hooks');
});
afterEach(() => dir.remove());

test('a file that is not in the dialect is not committed, and one that is goes in', () => {
  const odd = commit('odd.mjs', 'var a = 1\nexport {a}\n');
  expect(odd.stderr).toMatch(/odd\.mjs[\s\S]*Not committed: `npm run format` corrects most of this/);
  expect(odd.status).not.toBe(0);
  run('git', 'rm', '--quiet', '--cached', 'odd.mjs');
  expect(commit('even.mjs', 'export const a = 1;\n').status).toBe(0);
  expect(run('git', 'log', '--format=%s').trim()).toBe('even.mjs');
});
