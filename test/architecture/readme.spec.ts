/** The documents speak of files that exist; the README names every variable, reason, key and dependency, with the code's defaults. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { reasonCodes } from '#contract/reason';
import { pipelineSchema } from '#pipeline/schema';
import { readConfig } from '#runtime/config';
import { projectRoot } from '../support/project-root.js';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const config = readFileSync(join(projectRoot, 'libs/runtime/config.ts'), 'utf8');
const rows = readme.split('\n').filter((line) => line.startsWith('| '));
const rowOf = (word: string): string | undefined => rows.find((row) => row.split(' | ')[0]?.includes(`\`${word}\``));

test.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s speaks of files that exist', (document) => {
  const words = [...readFileSync(join(projectRoot, document), 'utf8').matchAll(/`((?:libs|apps|test|examples|scripts)\/[\w./-]+\.\w+)`/g)].map(([, path = '']) => path);
  expect(words.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
});

describe('the README', () => {
  test('has every environment variable, numbers with their defaults', () => {
    const names = [...new Set([...config.matchAll(/'(AFL_[A-Z0-9_]+)'/g)].map(([, name = '']) => name))];
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => rowOf(name) === undefined)).toEqual([]);
    const defaults: Readonly<Record<string, unknown>> = { ...readConfig({ AFL_PIPELINE: 'x' }) };
    for (const name of names) {
      const field = name.slice(4).toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
      const value = defaults[field];
      if (typeof value === 'number' && name !== 'AFL_HTTP_PORT') expect(rowOf(name)).toContain(`| \`${value}\` |`);
    }
  });

  test('has every reason code', () => {
    expect(reasonCodes.filter((code) => rowOf(code) === undefined)).toEqual([]);
  });

  test('has every key of the pipeline file with its default', () => {
    const keys = keysOf(pipelineSchema.properties, '');
    expect(keys.length).toBeGreaterThan(20);
    const missing = keys.filter(({ key, byDefault }) => !rows.some((row) => isRowOf(row, key) && (byDefault === undefined || row.includes(text(byDefault)))));
    expect(missing).toEqual([]);
  });

  test('gives a reason for every dependency', () => {
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(names.filter((name) => rowOf(name) === undefined && !(name.startsWith('@types/') && rowOf('@types/*')))).toEqual([]);
  });
});

interface Key {
  readonly key: string;
  readonly byDefault: unknown;
}

type Schema = Readonly<Record<string, unknown>>;

function keysOf(properties: Schema, parent: string): Key[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    const schema = value as Schema;
    const nested = schema['properties'] ?? (schema['additionalProperties'] as Schema | undefined)?.['properties'];
    if (nested !== undefined) return keysOf(nested as Schema, key);
    return [{ key: parent === 'eventTime' || parent === 'dedup' ? `${parent}.${key}` : key, byDefault: schema['default'] }];
  });
}

/** A row names its key as `key`, or with what it stands in, as `lake.commit.rows`. */
function isRowOf(row: string, key: string): boolean {
  return [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].some(([, name = '']) => name === key || name.endsWith(`.${key}`) || name.endsWith(`**${key}`));
}

function text(value: unknown): string {
  if (Array.isArray(value)) return '`[]`';
  return typeof value === 'number' && value >= 1_000_000 ? `\`${value.toLocaleString('en').replaceAll(',', '_')}\`` : `\`${String(value)}\``;
}
