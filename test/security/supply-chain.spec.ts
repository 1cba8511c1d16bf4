/** What is shipped has licences that may be shipped, is listed whole, and an audit that could not be made is never called a good one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditVerdict, notChecked } from '../../scripts/supply/audit-verdict.mjs';
import { isAllowed } from '../../scripts/supply/licence-verdict.mjs';
import { productionPackages } from '../../scripts/supply/production-packages.mjs';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

let work: TempDir;
beforeAll(() => {
  work = makeTempDir('supply');
});
afterAll(() => work.remove());

describe('licences', () => {
  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT AND (Apache-2.0 OR GPL-2.0-only))', true],
    ['GPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE', false],
    ['UNLICENSED', false],
    [undefined, false],
  ])('%s may be shipped: %s', (expression, expected) => {
    expect(isAllowed(expression)).toBe(expected);
  });

  test('of every package in production may be shipped', () => {
    const packages = productionPackages(projectRoot);
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(({ licence }) => !isAllowed(licence))).toEqual([]);
  });

  test('that may not are named, those of development do not count', () => {
    const packages = {
      '': { dependencies: { good: '1.0.0', bad: '1.0.0' } },
      'node_modules/good': { version: '1.0.0', license: 'MIT', optionalDependencies: { 'good-linux': '1.0.0' } },
      'node_modules/good-linux': { version: '1.0.0', os: ['linux'], cpu: ['x64'], license: 'SEE LICENSE IN LICENSE' },
      'node_modules/bad': { version: '1.0.0', license: 'GPL-3.0-only' },
      'node_modules/old': { version: '1.0.0' },
      'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0-only', dev: true },
    };
    writeFileSync(join(work.path, 'package-lock.json'), JSON.stringify({ packages }));
    mkdirSync(join(work.path, 'node_modules', 'old'), { recursive: true });
    writeFileSync(
      join(work.path, 'node_modules', 'old', 'package.json'),
      JSON.stringify({ licenses: [{ type: 'MIT' }] }),
    );
    const { status, stdout } = spawnSync(process.execPath, [join(projectRoot, 'scripts', 'licences.mjs'), work.path], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^4 packages in production: MIT 3, GPL-3\.0-only 1\nbad 1\.0\.0: licence GPL-3\.0-only\. Use another package/,
    );
  });
});

describe('the bill of materials', () => {
  test('names every package that runs in production, and no other', () => {
    const file = join(work.path, 'sbom.cdx.json');
    execFileSync(process.execPath, [join(projectRoot, 'scripts', 'sbom.mjs'), file], { stdio: 'pipe' });
    const bill = JSON.parse(readFileSync(file, 'utf8')) as {
      bomFormat: string;
      components: { name: string; version: string }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    const listed = bill.components.map(({ name, version }) => `${name}@${version}`).sort();
    expect(listed).toEqual(
      productionPackages(projectRoot)
        .map(({ name, version }) => `${name}@${version}`)
        .sort(),
    );
    expect(listed.some((name) => name.startsWith('ajv@'))).toBe(true);
    expect(listed.some((name) => name.startsWith('jest@'))).toBe(false);
    const refs = new Set(bill.dependencies.map(({ ref }) => ref));
    expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
  });
});

describe('an audit', () => {
  const found = (severity: string): string =>
    JSON.stringify({
      vulnerabilities: { a: { name: 'a', severity, range: '<2', via: [{ title: 'reads too far' }, 'b'] } },
    });

  test('fails from level moderate on', () => {
    expect(auditVerdict('{"vulnerabilities":{}}')).toEqual({
      code: 0,
      lines: ['0 vulnerabilities of level moderate or worse, 0 others'],
    });
    expect(auditVerdict(found('low')).code).toBe(0);
    expect(auditVerdict(found('high'))).toEqual({
      code: 1,
      lines: ['1 vulnerabilities of level moderate or worse, 0 others', 'a <2: high, reads too far; by b'],
    });
  });

  test.each(['', 'not JSON', '{"message":"405 Method Not Allowed"}', '{"error":{}}'])(
    'that got no answer (%s) says so',
    (text) => {
      const { code, lines } = auditVerdict(text);
      expect(code).toBe(notChecked);
      expect(lines[0]).toMatch(/^NOT CHECKED: the registry does not answer audits/);
    },
  );
});
