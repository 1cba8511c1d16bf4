/** docs/metrics.md names every metric as the code has it, and no other. */
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricSpecs } from '#telemetry/metric-specs';
import { version } from '#runtime/version';
import { projectRoot } from '../support/project-root.js';

const text = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

test('the table of docs/metrics.md is the list of metrics', () => {
  const shown = text('docs/metrics.md').split('\n').filter((line) => line.startsWith('| `'));
  const rows = Object.values(metricSpecs).map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'} | ${help} |`);
  expect(shown).toEqual(rows);
});

test('the README leads to it', () => {
  expect(text('README.md')).toContain('](docs/metrics.md)');
});

test('the version that metrics and commits name is that of package.json', () => {
  expect(version).toBe((JSON.parse(text('package.json')) as { version: string }).version);
});
