/** The texts that follow from others are up to date, and no document or program speaks of a variable that is no setting. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { variablesOf } from '#runtime/settings/setting-table';
import { settings } from '#runtime/settings/settings';
import { settingsHelp } from '#runtime/settings/settings-help';
import { projectRoot } from '../support/project-root.js';
import { strayCopies } from './chart-texts.js';
import { chartValues } from './chart-values.js';
import { generatedTexts, staleTexts } from './generated-texts.js';
import { chartSettings } from './setting-tables.js';

const remedy = 'run `npm run generate`';
const texts = generatedTexts();
const variables = variablesOf(settings).map(({ name }) => name);

test('every generated text is up to date', () => {
  expect(staleTexts(texts).map((path) => `${path}: ${remedy}`)).toEqual([]);
  expect(strayCopies(texts).map((path) => `${path} has no original: ${remedy}`)).toEqual([]);
});

test.each([...texts.keys()])('a change of %s alone is found', (path) => {
  expect(staleTexts(new Map([[path, `${texts.get(path)} `]]))).toEqual([path]);
});

describe('every variable', () => {
  const places = [
    'README.md',
    'ARCHITECTURE.md',
    'docs',
    'docker',
    'helm/afluente',
    'libs/runtime',
    'libs/nats',
    'apps',
  ];
  const isOurs = /\b((?:AFL|OTEL|POLARS)_[A-Z0-9_]+[A-Z0-9])\b/g;

  test.each(places)('that %s speaks of is a setting', (place) => {
    const named = filesIn(place).flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(isOurs)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(0);
    expect([...new Set(named)].filter((name) => !variables.includes(name))).toEqual([]);
  });

  test('stands in the help, and once', () => {
    const shown = [...settingsHelp().matchAll(/^ {2}([A-Z0-9_]+) \(/gm)].map(([, name]) => name);
    expect(shown).toEqual(variables);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test('that has a place of its own in the chart has the same default there', () => {
    const defaults = new Map(
      chartValues(readFileSync(join(projectRoot, 'helm/afluente/values.yaml'), 'utf8')).map(({ path, byDefault }) => [
        path.join('.'),
        byDefault,
      ]),
    );
    expect(defaults.get('defaults.logLevel')).toBe(JSON.stringify(settings.logLevel.read({})));
    expect(defaults.get('tracing.sampleRatio')).toBe(JSON.stringify(settings.traceSample.read({})));
  });

  test('that the chart sets from a setting has the name which the chart makes of it', () => {
    const names = Object.keys(chartSettings());
    expect(names).toEqual(expect.arrayContaining(['lingerMs', 'stallMsMax', 'acceptNewLake']));
    expect(
      names
        .map((name) => `AFL_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`)
        .filter((name) => !variables.includes(name)),
    ).toEqual([]);
  });
});

/** Sources, not their specs: those make up names. */
function filesIn(place: string): string[] {
  if (place.endsWith('.md')) return [join(projectRoot, place)];
  const paths = readdirSync(join(projectRoot, place), { recursive: true, withFileTypes: true });
  return paths
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
