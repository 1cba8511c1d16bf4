/** A pipeline folder is read from disk, and what is missing is named. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { renderProblems } from '#pipeline/text/problem';
import { loadPipelineFolder } from './load.js';

const text = `apiVersion: afluente/v1
name: shop
sources:
  orders: { subjects: [events.orders], contract: contracts/order.json, id: id, key: user, eventTime: { field: at } }
references:
  users: { file: reference/users.csv, key: user }
`;
const contract = { properties: { id: {}, user: {}, at: {} } };

describe('loading a pipeline folder', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'afluente-pipeline-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }

  function problems(path = folder): string {
    const result = loadPipelineFolder(path);
    return result.ok ? '' : renderProblems(result.problems);
  }

  test('gives the model, the contracts and the logic version', () => {
    write('pipeline.yaml', text);
    write('contracts/order.json', JSON.stringify(contract));
    write('reference/users.csv', 'user\n');
    const result = loadPipelineFolder(folder);
    expect(result).toMatchObject({
      ok: true,
      loaded: { folder, pipeline: { name: 'shop' }, contracts: { orders: contract } },
    });
    expect(result.ok && result.loaded.logic).toMatch(/^[0-9a-f]{16}$/);
  });

  test('names a missing folder, a file in its place and a missing pipeline.yaml', () => {
    expect(problems(join(folder, 'nowhere'))).toContain('nowhere/pipeline.yaml:1: there is no folder');
    expect(problems()).toContain('pipeline.yaml:1: there is no such file. Create pipeline.yaml');
    write('a.txt', '');
    expect(problems(join(folder, 'a.txt'))).toContain('is not a folder');
  });

  test('names missing contracts and references by their lines', () => {
    write('pipeline.yaml', text);
    expect(problems()).toContain('pipeline.yaml:4: sources.orders.contract: there is no file "contracts/order.json".');
    expect(problems()).toContain('pipeline.yaml:6: references.users.file: there is no file "reference/users.csv".');
  });

  test('names a broken contract by the path that the user can open', () => {
    write('pipeline.yaml', text);
    write('contracts/order.json', '{\n"a" 1}');
    write('reference/users.csv', 'user\n');
    expect(problems()).toContain(`${join(folder, 'contracts/order.json')}:2: this is not JSON.`);
  });
});
