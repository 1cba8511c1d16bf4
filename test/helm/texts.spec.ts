/** The chart speaks of values files and of a version that there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { projectRoot } from '../support/project-root.js';
import { chartFolder, valuesNames } from './support/chart-folder.js';

test('the README speaks of every values file for tests, and of none that is not there', () => {
  const readme = readFileSync(join(chartFolder, 'README.md'), 'utf8');
  const named = [...new Set([...readme.matchAll(/ci\/([\w-]+)\.yaml/g)].map(([, name = '']) => name))].sort();
  expect(named).toEqual([...valuesNames]);
});

test('the chart runs the version of this project', () => {
  const { appVersion } = parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8')) as { appVersion: string };
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  expect(appVersion).toBe(version);
});
