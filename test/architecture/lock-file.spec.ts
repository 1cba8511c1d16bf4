/** package-lock.json serves every platform and names no registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const remedy = 'run `node scripts/complete-lock.mjs`';
const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockEntry>;
};

test('the lock file records no addresses of registries', () => {
  expect(
    Object.entries(packages).flatMap(([path, { resolved }]) => (resolved === undefined ? [] : [`${path}: ${remedy}`])),
  ).toEqual([]);
});

test('the lock file has the binary packages of every platform, else npm ci refuses it', () => {
  const exact = Object.values(packages).flatMap((entry) =>
    Object.entries(entry.optionalDependencies ?? {}).filter(([, version]) => /^\d/.test(version)),
  );
  const missing = exact.filter(
    ([name]) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)),
  );
  expect(missing.map(([name]) => `${name} is missing: ${remedy}`)).toEqual([]);
});
