/** Defaults of a pipeline file come from its schema, wherever the file says nothing. */
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { annotations, type FilledPipeline, pipelineSchema } from '../schema/schema.js';
import { checkStructure } from './check-structure.js';

const source = { contract: 'c.json', id: 'id', key: 'user', eventTime: { field: 'at' } };
const written = {
  apiVersion: 'afluente/v1',
  name: 'shop',
  sources: { orders: { ...source, subjects: ['orders'] }, visits: { ...source, stream: 'VISITS' } },
};
const filledSource = {
  headers: {},
  partitions: 4,
  eventTime: { field: 'at', outOfOrderness: '5s', aheadMax: '1m', idleAfter: '10s' },
  dedup: { horizon: '1h' },
};

function filled(value: unknown): FilledPipeline {
  const structure = checkStructure({ value, lineAt: () => 1, problems: [], readable: true }, 'pipeline.yaml');
  if (!structure.ok) throw new Error(JSON.stringify(structure.problems));
  return structure.filled;
}

test('a file with nothing but sources gets all of them', () => {
  expect(filled(written)).toEqual({
    apiVersion: 'afluente/v1',
    name: 'shop',
    sources: {
      orders: { ...source, ...filledSource, subjects: ['orders'] },
      visits: { ...source, ...filledSource, stream: 'VISITS' },
    },
    references: {},
    enrich: {},
    windows: {},
    lake: {
      commit: { every: '10s', rows: 1_000_000, bytes: '128MiB', least: 1, latest: '5m' },
      tables: {},
    },
  });
});

test('what is written stays, and the value that was read is left as it is', () => {
  const file = {
    ...written,
    references: { products: { file: 'p.csv', key: 'id' } },
    windows: {
      sales: { from: 'orders', tumbling: '1m', key: ['p'], measures: { b: 'count()', a: 'sum(x)' }, lateness: '3s' },
    },
    lake: { commit: { rows: 5 }, tables: { t: { from: 'raw.orders' } } },
  };
  const before = structuredClone(file);
  const { references, windows, lake } = filled(file);
  expect(file).toEqual(before);
  expect(references).toEqual({ products: { file: 'p.csv', key: 'id', columns: {}, refresh: '30s' } });
  expect(windows).toEqual(before.windows);
  expect(Object.keys(windows['sales']!.measures)).toEqual(['b', 'a']);
  expect(lake).toEqual({
    commit: { every: '10s', rows: 5, bytes: '128MiB', least: 1, latest: '5m' },
    tables: { t: { from: 'raw.orders', partitionBy: [] } },
  });
});

test('two files do not share what was filled', () => {
  const [one, other] = [filled(written), filled(written)];
  expect(one.lake.tables).not.toBe(other.lake.tables);
});

test('the schema of a pipeline file is a JSON Schema: what checks files takes its word for it', () => {
  const ajv = new Ajv2020();
  ajv.addVocabulary(annotations);
  expect(ajv.validateSchema(pipelineSchema) || ajv.errorsText()).toBe(true);
});
