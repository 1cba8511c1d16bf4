/** What SQL over events may do: make of each event what it makes of it alone, whatever stands beside it. */
import { describe, expect, test } from '@jest/globals';
import pl, { type DataFrame } from 'nodejs-polars';
import { concatDataFrames, rowCount, slice } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import { rowWiseProblem } from './row-wise-problem.js';

const count = 12;
const rows = <Value>(value: (n: number) => Value): Value[] => Array.from({ length: count }, (_, n) => value(n));
const events = runSql(
  'SELECT id, customer, sku, price, CAST(pieces AS BIGINT) AS pieces, tags, CAST(at AS TIMESTAMP) AS at FROM t',
  {
    t: pl.DataFrame({
      id: rows((n) => `e${n}`),
      customer: rows((n) => `c${n % 3}`),
      sku: rows((n) => ['a', 'b', 'x', null][n % 4] ?? null),
      price: rows((n) => n / 4),
      pieces: rows((n) => n % 5),
      tags: rows((n) => [`t${n % 2}`, 'u']),
      at: rows((n) => 1_767_225_600_000_000 + n),
    }),
  },
);
const products = pl.DataFrame({ sku: ['a', 'b', 'c'], category: ['x', 'x', 'y'], cost: [1, 2, 3] });
const references = { products: { frame: products, key: 'sku' } };

const run = (sql: string, some: DataFrame): DataFrame => runSql(sql, { events: some, products });
const singles = (): DataFrame[] => rows((n) => slice(events, n, 1));
/** Joins may change the order of rows. */
const linesOf = (frame: DataFrame): string[] =>
  frame
    .toRecords()
    .map((row) => JSON.stringify(row))
    .sort();

describe('SQL that takes each event alone', () => {
  test.each([
    'SELECT * FROM events',
    "SELECT * FROM events WHERE customer <> 'c1' AND pieces IN (1, 2, 3) AND sku NOT IN ('b') AND price BETWEEN 0 AND 2",
    'SELECT *, price * pieces AS total, CAST(price AS INTEGER) AS whole, ABS(price - 1) AS off FROM events',
    "SELECT id, UPPER(customer) || '-' || id AS code, CASE WHEN price > 1 THEN 'much' ELSE 'little, x.max()' END AS size FROM events",
    "SELECT id, COALESCE(sku, customer) AS s, GREATEST(pieces, 2) AS g, ROUND(price, 1) AS r, SPLIT_PART(id, 'e', 2) AS n FROM events",
    "SELECT id, EXTRACT(YEAR FROM at) AS year, STRFTIME(at, '%Y-%m') AS month FROM events",
    'SELECT id, ARRAY_LENGTH(tags) AS n, ARRAY_REVERSE(tags) AS back, ARRAY_UNIQUE(tags) AS once, tags[1] AS first FROM events',
    "SELECT e.*, p.category FROM events e LEFT JOIN products p ON e.sku = p.sku WHERE p.category = 'x' OR p.category IS NULL",
    'SELECT e.id, p.cost FROM events e JOIN products p ON p.sku = e.sku AND e.pieces > 1',
    'SELECT e.id, p.cost FROM events e LEFT JOIN products p ON e.sku = p.sku AND p.cost < e.price',
    'SELECT e.id, p.cost, q.cost AS more FROM events e LEFT JOIN products p ON e.sku = p.sku LEFT JOIN products q ON q.sku = p.sku AND q.cost > 1',
    'SELECT e.id, p.what FROM events e LEFT JOIN (SELECT sku AS code, UPPER(category) AS what FROM products WHERE cost > 1) p ON e.sku = p.code',
    'WITH dear AS (SELECT category, MAX(cost) AS cost FROM products GROUP BY category) SELECT e.id, d.cost FROM events e LEFT JOIN dear d ON e.sku = d.category',
    'SELECT e.id, c.category FROM events e LEFT JOIN (SELECT DISTINCT category FROM products) c ON e.sku = c.category',
    'SELECT e.id, m.most, m.n FROM events e CROSS JOIN (SELECT SUM(cost) AS most, COUNT(*) AS n FROM products) m',
    'SELECT e.id, m.most FROM events e CROSS JOIN (SELECT MAX(cost) AS most FROM products) m',
    'SELECT id FROM events WHERE sku IN (SELECT sku FROM products)',
    'SELECT id FROM events WHERE sku IN (SELECT sku FROM products ORDER BY cost LIMIT 1) AND price > 1',
    'WITH few AS (SELECT * FROM events WHERE price < 2), more AS (SELECT *, pieces + 1 AS n FROM few) SELECT id, n * 2 AS m FROM more WHERE n > 1',
    'SELECT * EXCLUDE (tags), 1 AS one FROM events',
    'SELECT id, UNNEST(tags) AS tag FROM events WHERE price > 1',
  ])('%s', (sql) => {
    expect(rowWiseProblem(sql, events, references)).toBeUndefined();
    const whole = run(sql, events);
    expect(rowCount(whole)).toBeGreaterThan(0);
    const apart = concatDataFrames(singles().map((one) => run(sql, one)));
    expect(linesOf(whole)).toEqual(linesOf(apart));
  });
});

describe('SQL that does not', () => {
  test.each([
    ['SELECT * FROM events LIMIT 10', 'LIMIT'],
    ['SELECT * FROM events OFFSET 1', 'LIMIT or OFFSET'],
    ['SELECT DISTINCT * FROM events', 'DISTINCT'],
    ['SELECT * FROM events ORDER BY price', 'ORDER BY'],
    ['SELECT * FROM events UNION ALL SELECT * FROM events', 'UNION'],
    ['SELECT * FROM events EXCEPT SELECT * FROM events', 'a join of events with events'],
    ['SELECT customer, MAX(at) AS at FROM events GROUP BY customer', 'GROUP BY'],
    ['SELECT *, MAX(price) AS most FROM events', 'MAX'],
    ['SELECT COUNT(*) AS n FROM events', 'COUNT(*)'],
    ['SELECT *, SUM(price) OVER (PARTITION BY customer) AS s FROM events', 'OVER'],
    ['SELECT *, ROW_NUMBER() OVER () AS n FROM events', 'ROW_NUMBER()'],
    ['SELECT *, LAG(price) OVER (ORDER BY at) AS l FROM events', 'OVER'],
    ['SELECT a.* FROM events a JOIN events b ON a.customer = b.customer', 'a join of events with events'],
    ['SELECT e.*, p.cost FROM events e, products p', 'a join without ON'],
    ['SELECT e.*, p.cost FROM events e JOIN products p ON e.sku = p.category', 'ON category'],
    [
      'SELECT e.*, p.s FROM events e CROSS JOIN (SELECT SUM(cost) OVER (PARTITION BY category) AS s FROM products) p',
      'without ON',
    ],
    [
      'SELECT e.*, p.cost FROM events e JOIN (SELECT LEFT(category, 1) AS sku, cost FROM products) p ON e.sku = p.sku',
      'ON sku',
    ],
    ['SELECT e.*, p.n FROM events e JOIN (SELECT category AS n FROM products) p ON e.sku = p.n', 'ON n'],
    ['SELECT e.*, p.cost FROM products p LEFT JOIN events e ON e.sku = p.sku', 'LEFT'],
    ['SELECT e.*, p.cost FROM events e FULL JOIN products p ON e.sku = p.sku', 'FULL'],
    ['WITH few AS (SELECT * FROM events LIMIT 5) SELECT id FROM few WHERE price > 1', 'LIMIT'],
    ['SELECT id FROM events WHERE sku IN (SELECT customer FROM events)', 'a subquery over events'],
    ['SELECT e.id FROM events e JOIN products p ON e.sku = p.category AND e.pieces > 1', 'ON category'],
    ['SELECT e.id FROM events e JOIN products p ON e.sku > p.sku', 'without ON'],
    ['SELECT id, QUANTILE_CONT(price, 0.5) AS q FROM events', 'Quantile'],
  ])('%s', (sql, what) => {
    expect(rowWiseProblem(sql, events, references)).toContain(what);
  });
});
