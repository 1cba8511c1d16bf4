/** A pipeline folder is compiled once; its reference files may change while it runs, but never break it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { PipelineError, PipelineSource } from './pipeline-source.js';

const pipeline = `apiVersion: afluente/v1
name: shop
sources:
  orders: { subjects: [orders], contract: order.json, id: id, key: id, eventTime: { field: at } }
references:
  people: { file: people.csv, key: id, refresh: 20ms }
enrich:
  orders: { sql: 'SELECT e.*, p.city FROM events e LEFT JOIN people p ON e.id = p.id' }
`;
const contract = JSON.stringify({
  type: 'object',
  required: ['id', 'at'],
  properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
});
let folder = '';
const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  write('pipeline.yaml', pipeline);
  write('order.json', contract);
  write('people.csv', 'id,city\na,Recife\n');
});

afterEach(() => rmSync(folder, { recursive: true }));

function problemsOf(): string {
  try {
    PipelineSource.load(folder);
    return 'none';
  } catch (error) {
    if (error instanceof PipelineError) return error.message;
    throw error;
  }
}

describe('a pipeline folder', () => {
  test('gives columns, a version and its reference tables', () => {
    const source = PipelineSource.load(folder);
    expect(source.compiled.enriched['orders']?.map(({ name }) => name)).toEqual([
      'id',
      'at',
      '_seq',
      '_index',
      '_arrived_at',
      'city',
    ]);
    expect(source.references().versions).toMatch(/^people=[0-9a-f]{12}$/);
    expect(source.logic).toMatch(/^[0-9a-f]{16}$/);
  });

  test.each([
    ['pipeline.yaml', pipeline.replace('p.city', 'p.town'), /pipeline\.yaml:8.*town/s],
    ['order.json', contract.replace('"string"}', '"nothing"}'), /order\.json:1/],
    [
      'pipeline.yaml',
      pipeline.replace('key: id, refresh', 'key: id, columns: { town: string }, refresh'),
      /people\.csv:1.*a type for the column "town"; the file has id, city.*columns of the reference/s,
    ],
    [
      'pipeline.yaml',
      pipeline.replace('key: id, refresh', 'key: id, columns: { city: integer }, refresh'),
      /people\.csv:1.*"city" is stated as integer, which row 1 does not hold/s,
    ],
    ['people.csv', 'name,city\na,Recife\n', /people\.csv:1.*no column "id"/s],
    ['people.csv', 'id,city\na,Recife\na,Olinda\n', /people\.csv:1.*rows 1 and 2/s],
  ])('with a mistake in %s is refused with file and line', (file, text, message) => {
    write(file, text);
    expect(problemsOf()).toMatch(message);
  });
});

describe('types of a reference', () => {
  const columnsOf = (): unknown =>
    PipelineSource.load(folder).compiled.enriched['orders']?.find(({ name }) => name === 'city')?.type;

  test('are what the pipeline states, else what all values are', () => {
    write('people.csv', 'id,city\n1,7\n');
    // The id of an event is a text, and so is that of the table only when somebody says so.
    expect(problemsOf()).toMatch(/pipeline\.yaml:8/);
    write(
      'pipeline.yaml',
      pipeline.replace('key: id, refresh', 'key: id, columns: { id: string, city: "decimal(6,2)" }, refresh'),
    );
    expect(columnsOf()).toEqual({ kind: 'decimal', precision: 6, scale: 2 });
    write('pipeline.yaml', pipeline);
    write('people.csv', 'id,city\n01310100,007\n');
    expect(columnsOf()).toEqual({ kind: 'string' });
  });
});

describe('a reference file that changes', () => {
  async function afterChange(text: string): Promise<{ rows: string[]; problems: string[] }> {
    const source = PipelineSource.load(folder);
    const problems: string[] = [];
    const { versions } = source.references();
    source.watch((reference, error) => problems.push(`${reference}: ${error.message}`));
    write('people.csv', text);
    for (let waits = 0; waits < 100 && problems.length === 0 && source.references().versions === versions; waits++)
      await sleep(10);
    source.close();
    return { rows: rowsNdjson(source.references().tables['people']!), problems };
  }

  test('is used from then on', async () => {
    expect(await afterChange('id,city\na,Olinda\nb,Natal\n')).toEqual({
      rows: ['{"id":"a","city":"Olinda"}', '{"id":"b","city":"Natal"}'],
      problems: [],
    });
  });

  test.each([
    ['lacks a column the SQL needs', 'id,town\na,Olinda\n', /^people: with the new file, .*city/],
    [
      'has another type where the table in the lake is text',
      'id,city\na,7\n',
      /^people: with the new file, the SQL of "orders" would give columns of other/,
    ],
    ['has a key that is no longer text', 'id,city\n7,Olinda\n', /^people: with the new file, /],
    ['has a key twice', 'id,city\na,Olinda\na,Natal\n', /^people: its key "id"/],
    ['is empty', '', /^people: /],
  ])('and then %s leaves the last good one in use', async (_, text, problem) => {
    const { rows, problems } = await afterChange(text);
    expect(rows).toEqual(['{"id":"a","city":"Recife"}']);
    expect(problems[0]).toMatch(problem);
  });
});
