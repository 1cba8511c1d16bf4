/** The chart's README, schema and copies say what values.yaml, deploy/ and the project say. */
import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '#runtime/config';
import { projectRoot } from '../support/project-root.js';
import { chartFolder, valuesNames } from './support/chart-folder.js';
import { chartTexts, strayCopies } from './support/chart-texts.js';

const mend = 'run `npm run chart`';

test("the README's table, the schema's descriptions and the copies of alerts and dashboards are up to date", () => {
  const texts = chartTexts();
  const stale = [...texts].filter(([path, text]) => !existsSync(join(chartFolder, path)) || readFileSync(join(chartFolder, path), 'utf8') !== text);
  expect(stale.map(([path]) => `${path}: ${mend}`)).toEqual([]);
  expect(strayCopies(texts).map((path) => `${path} has no original: ${mend}`)).toEqual([]);
});

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

test('the settings of the schema are variables of the services', () => {
  const schema = JSON.parse(readFileSync(join(chartFolder, 'values.schema.json'), 'utf8')) as { definitions: { service: { properties: { settings: { properties: Record<string, unknown> } } } } };
  const settings = Object.keys(schema.definitions.service.properties.settings.properties);
  expect(settings.length).toBeGreaterThan(8);
  expect(settings.filter((name) => !(name in readConfig({ AFL_PIPELINE: 'x' })))).toEqual([]);
});
