/** The guards bite: each rule finds a made-up violation at its line and leaves good code alone. */
import { describe, expect, test } from '@jest/globals';
import { hygieneViolations } from './hygiene-rules.js';
import { importViolations } from './import-rules.js';
import { parseLibTable } from './lib-table.js';
import { environmentViolations, purityViolations } from './purity-rules.js';
import { crowdedFolders, parseRooms, roomViolations } from './room-rules.js';
import { makeSourceFile } from './source-file.js';

const table = parseLibTable(`
| lib | knows | I/O | may import |
| --- | --- | --- | --- |
| frame | headers | no | – |
| columns | polars | no | frame |
| delta | actions | no | columns (types only) |
| stages | steps | no | all pure libs |
| nats | streams | yes | frame |
| runtime | the loop | yes | everything above |
`);

const imports = (path: string, text: string): string[] => importViolations(makeSourceFile(path, text), table);
const purity = (path: string, text: string): string[] => purityViolations(makeSourceFile(path, text), table);
const hygiene = (path: string, text: string): string[] =>
  hygieneViolations(makeSourceFile(path, `/** A file made up for a test. */\n${text}`));

describe('the table of libraries', () => {
  test('is read with its groups of libs', () => {
    expect([...(table.get('stages')?.mayImport.keys() ?? [])]).toEqual(['frame', 'columns', 'delta']);
    expect([...(table.get('runtime')?.mayImport.keys() ?? [])]).toEqual([
      'frame',
      'columns',
      'delta',
      'stages',
      'nats',
    ]);
  });

  test('refuses a name that is no lib', () => {
    expect(() => parseLibTable('| a | b | no | c |')).toThrow(/"c".*no lib/);
  });
});

describe('the rules about imports', () => {
  test.each([
    ['libs/frame/a.ts', "import { x } from '#columns/x';", /may import no other lib/],
    ['libs/columns/a.ts', "export { x } from '#nats/x';", /may import frame/],
    ['libs/columns/a.ts', "const x = await import('#nats/x');", /may import frame/],
    ['libs/delta/a.ts', "import { type X, y } from '#columns/x';", /types only/],
    ['libs/frame/a.ts', "import { x } from '#frame/x';", /relative/],
    ['libs/frame/a.ts', "import { x } from '../columns/x.js';", /#lib\/file/],
    ['libs/frame/a.ts', "import { x } from '../../apps/ingest/x.js';", /no apps/],
    ['apps/ingest/a.ts', "import { x } from '../validate/x.js';", /no other apps/],
    ['apps/afluente/a.ts', "import { x } from '../../examples/example.js';", /outside its app/],
    ['apps/ingest/a.ts', "import type { X } from '../../examples/example.js';", /outside its app/],
    ['libs/stages/a.ts', "import type { X } from 'nodejs-polars';", /only lib columns/],
    ['libs/runtime/a.ts', "import { connect } from '@nats-io/transport-node';", /only lib nats/],
    ['apps/ingest/a.ts', "import { S3Client } from '@aws-sdk/client-s3';", /only lib store/],
  ])('%s may not have %s', (path, text, problem) => {
    expect(imports(path, `\n${text}`)).toEqual([expect.stringMatching(problem)]);
    expect(imports(path, `\n${text}`)[0]).toContain(`${path}:2 `);
  });

  test.each([
    ['libs/columns/a.ts', "import pl from 'nodejs-polars'; import { x } from '#frame/x'; import { y } from './y.js';"],
    ['libs/delta/a.ts', "import type { X } from '#columns/x'; import { type Y } from '#columns/y';"],
    ['libs/runtime/a.ts', "import { x } from '#stages/x'; import { Module } from '@nestjs/common';"],
    ['apps/afluente/commands/a.ts', "import type { X } from '../../../examples/example.js';"],
    ['apps/ingest/a.ts', "import { x } from '#runtime/x'; import { NestFactory } from '@nestjs/core';"],
    [
      'libs/frame/a.spec.ts',
      "import { x } from '../../test/support/x.js'; import { DuckDBInstance } from '@duckdb/node-api';",
    ],
  ])('%s may have %s', (path, text) => {
    expect(imports(path, text)).toEqual([]);
  });
});

describe('the rules about purity', () => {
  test.each([
    "import { readFileSync } from 'node:fs';",
    'const a = Date.now();',
    "const a = process['cwd']();",
    'const a = Math.random();',
    'const a = new Date();',
    'const a = async () => 1;',
    'class A { async b() {} }',
    'setTimeout(() => 1, 5);',
  ])('a pure lib may not have %s', (text) => {
    expect(purity('libs/frame/a.ts', `const ä = 'ß';\n${text}`)).toEqual([
      expect.stringContaining('libs/frame/a.ts:2 '),
    ]);
    expect(purity('libs/nats/a.ts', text)).toEqual([]);
    expect(purity('libs/frame/a.spec.ts', text)).toEqual([]);
  });

  test('a pure lib may hash, and make dates of given times', () => {
    expect(
      purity(
        'libs/frame/a.ts',
        "import { createHash } from 'node:crypto'; const a = new Date(0); const b = Date.UTC(2000);",
      ),
    ).toEqual([]);
  });

  test('only one file may read the environment', () => {
    const text = 'export const port = process.env.PORT;';
    expect(environmentViolations(makeSourceFile('apps/ingest/main.ts', text))).toHaveLength(1);
    expect(environmentViolations(makeSourceFile('libs/runtime/settings/config.ts', text))).toEqual([]);
  });
});

describe('the rules about every file', () => {
  test.each([
    ['libs/a/b.spec.ts', "test.skip.each([1])('x', () => 1);"],
    ['libs/a/b.spec.ts', "test.todo('x');"],
    ['libs/a/b.ts', '// TO' + 'DO later'],
    ['libs/a/b.ts', `// @ts-ig${'nore'}`],
    ['libs/a/b.ts', `// biome-ig${'nore'} lint/style/noVar: a reason`],
    ['libs/nats/b.ts', "nc.subscribe('a', { callback: () => undefined });"],
    ['apps/a/b.ts', "this.nats.nc.subscribe('a');"],
    ['libs/a/b.ts', 'const native = frame._df;'],
    ['libs/nats/b.ts', 'const { _msg: parsed } = message;'],
    ['libs/a/b.spec.ts', "import fc from 'fast-check';"],
  ])('%s may not have %s', (path, text) => {
    expect(hygiene(path, text)).toEqual([expect.stringContaining(`${path}:2 `)]);
  });

  test('one file subscribes for all', () => {
    expect(hygiene('libs/nats/messages/subscribe.ts', "nc.subscribe('a', { callback: () => undefined });")).toEqual([]);
    expect(hygiene('libs/nats/b.ts', "subscribe(nc, 'a', handler);")).toEqual([]);
  });

  test('one file for each library reaches into its private fields', () => {
    expect(hygiene('libs/columns/polars/native-data-frame.ts', 'const native = frame._df;')).toEqual([]);
    expect(hygiene('libs/nats/messages/raw-message.ts', 'const { _msg: parsed } = message;')).toEqual([]);
  });

  test('a file is short and says its purpose', () => {
    expect(hygiene('libs/a/b.ts', 'f();\n'.repeat(250))).toEqual([expect.stringContaining('at most 250')]);
    expect(hygieneViolations(makeSourceFile('libs/a/b.ts', 'export const a = 1;\n'))).toEqual([
      expect.stringContaining('purpose'),
    ]);
    expect(hygiene('libs/a/good-file.ts', 'export const a = 1;\n')).toEqual([]);
  });

  test.each([
    ['a function', (lines: string) => `function f() {\n${lines}}\n`],
    ['an arrow', (lines: string) => `const f = () => {\n${lines}};\n`],
    ['a private method', (lines: string) => `class A {\n  async #f() {\n${lines}  }\n}\n`],
    ['a constructor', (lines: string) => `class A {\n  constructor() {\n${lines}  }\n}\n`],
  ])('%s has forty lines at most', (_, withLines) => {
    expect(hygiene('libs/a/b.ts', withLines('f();\n'.repeat(38)))).toEqual([]);
    expect(hygiene('libs/a/b.ts', withLines('f();\n'.repeat(39)))).toEqual([expect.stringContaining('41 lines')]);
    expect(hygiene('libs/a/b.spec.ts', withLines('f();\n'.repeat(39)))).toEqual([]);
  });
});

describe('the rules about rooms', () => {
  const rooms = parseRooms(
    '| room | knows |\n| `runtime/ground` | what all use |\n| `runtime/logs` | reading and writing |\n\n| `columns/types` | types |\n| `columns/sql` | SQL |\n',
  );
  const found = (path: string, code: string): string[] =>
    roomViolations(makeSourceFile(path, `/** A file made up for a test. */\n${code}`), rooms);

  test('are read with the table', () => {
    expect([...rooms]).toEqual([
      ['runtime', ['ground', 'logs']],
      ['columns', ['types', 'sql']],
    ]);
  });

  test.each([
    ['libs/runtime/ground/a.ts', "import type { X } from '../logs/x.js';", /:2 imports .*above ground/],
    ['libs/runtime/a.ts', "import { x } from './x.js';", /no room/],
    ['libs/runtime/cellar/a.ts', '', /no room/],
    ['libs/columns/types/a.ts', "import { x } from '../sql/x.js';", /:2 imports .*above types/],
  ])('%s may not have %s', (path, code, problem) => {
    expect(found(path, code)).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    ['libs/runtime/logs/a.ts', "import { x } from '../ground/x.js'; import { y } from './y.js';"],
    ['libs/runtime/ground/a.spec.ts', "import { x } from '../logs/x.js';"],
    ['libs/frame/a.ts', "import { x } from './logs/x.js';"],
  ])('%s may have %s', (path, code) => {
    expect(found(path, code)).toEqual([]);
  });

  test('a folder of sixteen is crowded, one of fifteen is not', () => {
    const files = (count: number) => Array.from({ length: count }, (_, i) => makeSourceFile(`libs/a/f${i}.ts`, ''));
    expect(crowdedFolders(files(15))).toEqual([]);
    expect(crowdedFolders(files(16))).toEqual([expect.stringContaining('16 files')]);
  });
});
