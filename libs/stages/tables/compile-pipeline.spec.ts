/** A pipeline compiles to columns and windows, or to problems that say where and what to do. */
import { describe, expect, test } from '@jest/globals';
import { readReference } from '#columns/files/reference';
import { exampleSchema } from '../topology/example-frames.js';
import { examplePipeline } from '../topology/example-pipeline.js';
import { type CompiledPipeline, compilePipeline, tableColumns } from './compile-pipeline.js';

const references = { people: readReference(Buffer.from('user,city\nu,Recife\n'), 'csv') };
const contracts = { orders: exampleSchema, visits: exampleSchema };
const compile = (change?: (text: string) => string, given: Readonly<Record<string, unknown>> = contracts) =>
  compilePipeline(examplePipeline(change), given, references);

function compiled(change?: (text: string) => string): CompiledPipeline {
  const outcome = compile(change);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.compiled;
}

function problems(change: (text: string) => string, given?: Readonly<Record<string, unknown>>) {
  const outcome = compile(change, given);
  return outcome.ok ? [] : outcome.problems;
}

describe('a pipeline', () => {
  test('knows the columns of every table', () => {
    const all = compiled();
    const names = (table: string): string[] =>
      tableColumns(all, all.pipeline.lake.tables[table]!).map(({ name }) => name);
    expect(names('sales')).toEqual(['id', 'user', 'at', 'price', 'more', '_seq', '_index', '_arrived_at', 'city']);
    expect(names('silver_visits')).toEqual(['id', 'user', 'at', 'price', 'more', '_seq', '_index', '_arrived_at']);
    expect(names('bronze_orders')).toEqual([
      'payload',
      'payload_ref',
      'subject',
      'msg_id',
      '_seq',
      '_index',
      '_arrived_at',
      'headers',
      '_published_at',
    ]);
    expect(names('quarantine_orders').slice(0, -3)).toEqual([
      'payload',
      'payload_ref',
      'subject',
      'msg_id',
      '_seq',
      '_index',
      '_arrived_at',
    ]);
    expect(names('quarantine_orders').slice(-3)).toEqual(['reason', 'pointer', 'message']);
    expect(names('gold_by_city')).toEqual(['window_start', 'window_end', 'city', 'total', 'orders', 'revision']);
  });

  test('keeps money decimal and time in microseconds through its SQL', () => {
    const types = Object.fromEntries(compiled().enriched['orders']!.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      price: { kind: 'decimal', precision: 12, scale: 2 },
      at: { kind: 'timestamp' },
      city: { kind: 'string' },
    });
    expect(compiled().results['by_city']!.find(({ name }) => name === 'total')?.type).toEqual({
      kind: 'decimal',
      precision: 38,
      scale: 2,
    });
  });

  test('keeps the windows of one source open as long as the most patient of them', () => {
    const { windows } = compiled();
    expect([windows['by_city']?.latenessMs, windows['by_user']?.latenessMs, windows['by_note']?.latenessMs]).toEqual([
      30_000, 30_000, 0,
    ]);
  });
});

describe('a problem', () => {
  test('of a contract points into it', () => {
    expect(problems((same) => same, { ...contracts, visits: { ...exampleSchema, type: 'array' } })).toEqual([
      expect.objectContaining({ at: { source: 'visits', pointer: '/type' } }),
    ]);
  });

  test('of the SQL names the cause and every table it may use', () => {
    const [problem, ...more] = problems((text) => text.replace('p.city FROM', 'p.town FROM'));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      at: { path: ['enrich', 'orders', 'sql'] },
      message: expect.stringContaining('town') as unknown,
      remedy: expect.stringContaining('events') as unknown,
    });
  });

  test('of SQL that loses the event time says how to keep it', () => {
    const [problem] = problems((text) => text.replace('SELECT e.*, p.city', 'SELECT e.id, p.city, e.price, e."user"'));
    expect(problem).toMatchObject({
      at: { path: ['enrich', 'orders', 'sql'] },
      message: 'the SQL does not give the event time "at" as a timestamp',
      remedy: expect.stringContaining('SELECT e.*') as unknown,
    });
  });

  test('of SQL that looks at several events says what does, and what else there is', () => {
    const from = 'FROM events e LEFT JOIN';
    for (const [edit, what] of [
      [(text: string) => text.replace('p."user"\'', 'p."user" LIMIT 10\''), 'uses LIMIT or OFFSET'],
      [(text: string) => text.replace('SELECT e.*', 'SELECT DISTINCT e.*'), 'uses DISTINCT'],
      [
        (text: string) => text.replace(from, ', MAX(e.price) AS most FROM events e LEFT JOIN'),
        'uses the aggregate MAX',
      ],
      [(text: string) => text.replace('= p."user"', '= p.city'), 'uses a join ON city, which is not the key'],
    ] as const)
      expect(problems(edit)).toEqual([
        {
          at: { path: ['enrich', 'orders', 'sql'] },
          message: expect.stringContaining(what) as unknown,
          remedy: expect.stringContaining('windows sum events up') as unknown,
        },
      ]);
    const part = 'cheap: { from: enriched.orders, where: "price < AVG(price)" }\n    sales:';
    expect(problems((text) => text.replace('sales:', part))).toEqual([
      expect.objectContaining({
        at: { path: ['lake', 'tables', 'cheap'] },
        message: expect.stringContaining('uses the aggregate MEAN') as unknown,
      }),
    ]);
  });

  test.each([
    ['e.price AS "Price (R$)"', 'column "Price (R$)" has a character that Delta tables do not take'],
    ['e.price AS PRICE', 'column "PRICE" occurs twice; Delta tables do not tell upper from lower case'],
  ])('of a column that no table can have, %s, names it before a table halts', (column, message) => {
    const found = problems((text) => text.replace('p.city', `p.city, ${column}`));
    expect(found).toEqual([expect.objectContaining({ message: expect.stringContaining(message) as unknown })]);
  });

  test('of a measure says which there are', () => {
    expect(problems((text) => text.replace('sum(price)', 'median(price)'))).toEqual([
      expect.objectContaining({
        at: { path: ['windows', 'by_city', 'measures', 'total'] },
        message: expect.stringContaining('median') as unknown,
      }),
    ]);
  });

  test('of a window that measures or groups by what is not there names the window', () => {
    expect(problems((text) => text.replace('key: [city]', 'key: [town]'))).toEqual([
      expect.objectContaining({
        at: { path: ['windows', 'by_city'] },
        message: expect.stringContaining('town') as unknown,
      }),
    ]);
    expect(problems((text) => text.replace('sum(price)', 'sum(city)'))).toEqual([
      expect.objectContaining({
        at: { path: ['windows', 'by_city'] },
        message: expect.stringContaining('sum a number') as unknown,
      }),
    ]);
  });

  test('does not hide the others', () => {
    expect(
      problems((text) => text.replace('sum(price)', 'median(price)').replace('[more]', '[nothing]'), contracts),
    ).toHaveLength(2);
  });
});
