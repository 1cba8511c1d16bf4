/** The SQL that Afluente's users write, by example: what docs/sql.md shows, and its test runs. */
import type { DataFrame } from '#columns/polars/data-frames';
import { readNdjson } from '#columns/polars/ndjson';
import { runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import { markdownTable } from './markdown-table.js';

/** The event of the examples, and another one beside it. */
export function exampleEvents(): DataFrame {
  const events = [
    {
      name: 'Ana Souza',
      code: 'BR-SP-007',
      price: '19.90',
      units: 3,
      at: '2026-01-02T13:04:05.678',
      day: '2026-01-02',
      tags: 'new sale gift',
      city: null,
    },
    {
      name: 'Bia',
      code: 'PT',
      price: '5.00',
      units: 8,
      at: '2025-12-31T23:59:59.000',
      day: '2025-12-31',
      tags: 'old',
      city: 'Porto',
    },
  ];
  const columns = ['name', 'code', 'price', 'at', 'day', 'tags', 'city'].map(
    (name): ColumnSpec => ({ name, type: { kind: 'string' }, nullable: true }),
  );
  const texts = readNdjson(Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')), [
    ...columns,
    { name: 'units', type: { kind: 'int64' }, nullable: true },
  ]);
  return runSql(
    `SELECT name, code, CAST(price AS DECIMAL(12,2)) AS price, units, STRPTIME(at, '%Y-%m-%dT%H:%M:%S%.f') AS at,
      CAST(STRPTIME(day, '%Y-%m-%d') AS DATE) AS day, STRING_TO_ARRAY(tags, ' ') AS tags, city FROM events`,
    { events: texts },
  );
}

/** An expression, and what it gives of the event, as JSON. */
export type Example = readonly [expression: string, gives: string];

/** What stands where, and the examples. */
export const dialect: Readonly<Record<string, readonly Example[]>> = {
  texts: [
    ['UPPER(name)', '"ANA SOUZA"'],
    ['LOWER(code)', '"br-sp-007"'],
    ['LENGTH(name)', '9'],
    ["OCTET_LENGTH('ação')", '6'],
    ["name || ', ' || code", '"Ana Souza, BR-SP-007"'],
    ["CONCAT(name, '!')", '"Ana Souza!"'],
    ["CONCAT_WS('/', name, code)", '"Ana Souza/BR-SP-007"'],
    ['LEFT(code, 2)', '"BR"'],
    ['RIGHT(code, 3)', '"007"'],
    ['SUBSTR(code, 4, 2)', '"SP"'],
    ["SPLIT_PART(code, '-', 2)", '"SP"'],
    ["REPLACE(code, '-', '')", '"BRSP007"'],
    ["TRIM('  x ')", '"x"'],
    ["LTRIM('  x')", '"x"'],
    ["RTRIM('x  ')", '"x"'],
    ["LPAD('7', 3, '0')", '"007"'],
    ["RPAD('7', 3, '0')", '"700"'],
    ["REVERSE('abc')", '"cba"'],
    ["STRPOS(code, 'SP')", '4'],
    ["STARTS_WITH(code, 'BR')", 'true'],
    ["ENDS_WITH(code, '007')", 'true'],
    ['NORMALIZE(name, NFC)', '"Ana Souza"'],
  ],
  patterns: [
    ["name LIKE 'Ana%'", 'true'],
    ["name ILIKE 'ana%'", 'true'],
    ["name NOT LIKE '%x%'", 'true'],
    ["REGEXP_LIKE(code, '^[A-Z]{2}-')", 'true'],
    ["code ~ '[0-9]+$'", 'true'],
  ],
  numbers: [
    ['units + 1', '4'],
    ['units / 2', '1.5'],
    ['units // 2', '1'],
    ['units % 2', '1'],
    ['MOD(units, 2)', '1'],
    ['ABS(-units)', '3'],
    ['SIGN(-units)', '-1'],
    ['ROUND(1.256, 2)', '1.26'],
    ['FLOOR(1.8)', '1.0'],
    ['CEIL(1.2)', '2.0'],
    ['POW(units, 2)', '9'],
    ['SQRT(9)', '3.0'],
    ['EXP(0)', '1.0'],
    ['LN(1)', '0.0'],
    ['LOG10(100)', '2.0'],
    ['LOG2(8)', '3.0'],
    ['GREATEST(units, 5)', '5'],
    ['LEAST(units, 5)', '3'],
    ['units BETWEEN 1 AND 3', 'true'],
  ],
  'amounts (decimals stay exact)': [
    ['CAST(price * 2 AS DECIMAL(12,2))', '"39.80"'],
    ['CAST(CAST(units AS DECIMAL(12,2)) * price AS DECIMAL(12,2))', '"59.70"'],
  ],
  'times and dates': [
    ['EXTRACT(YEAR FROM at)', '2026'],
    ['EXTRACT(MONTH FROM at)', '1'],
    ['EXTRACT(DAY FROM at)', '2'],
    ['EXTRACT(DOW FROM at)', '5'],
    ['EXTRACT(WEEK FROM at)', '1'],
    ['EXTRACT(QUARTER FROM at)', '1'],
    ['EXTRACT(HOUR FROM at)', '13'],
    ['EXTRACT(EPOCH FROM at)', '1767359045.678'],
    ["DATE_PART('minute', at)", '4'],
    ['CAST(at AS DATE)', '"2026-01-02"'],
    ["STRFTIME(at, '%d/%m/%Y %H:%M')", '"02/01/2026 13:04"'],
    ["at + INTERVAL '1 hour'", '"2026-01-02T14:04:05.678000Z"'],
    ["day - INTERVAL '1 day'", '"2026-01-01"'],
    ["STRPTIME('02/01/2026', '%d/%m/%Y')", '"2026-01-02T00:00:00.000000Z"'],
    ["at >= TIMESTAMP '2026-01-01 00:00:00'", 'true'],
  ],
  'values that may be missing': [
    ["COALESCE(city, 'unknown')", '"unknown"'],
    ["IFNULL(city, 'unknown')", '"unknown"'],
    ["NULLIF(code, 'BR-SP-007')", 'null'],
    ['city IS NULL', 'true'],
    ["city IS DISTINCT FROM 'Porto'", 'true'],
  ],
  choices: [
    ["CASE WHEN units > 2 THEN 'many' ELSE 'few' END", '"many"'],
    ["IF(units > 2, 'many', 'few')", '"many"'],
    ["code IN ('PT', 'BR-SP-007')", 'true'],
    ["units > 2 AND NOT city = 'Porto' OR price < 1", 'null'],
  ],
  types: [
    ["CAST('7' AS BIGINT)", '7'],
    ["'7'::INTEGER", '7'],
    ["TRY_CAST('x' AS BIGINT)", 'null'],
    ['CAST(units AS VARCHAR)', '"3"'],
    ['CAST(units AS DOUBLE)', '3.0'],
    ['CAST(units AS BOOLEAN)', 'true'],
  ],
  lists: [
    ['ARRAY_LENGTH(tags)', '3'],
    ["ARRAY_CONTAINS(tags, 'sale')", 'true'],
    ['ARRAY_GET(tags, 1)', '"new"'],
    ["ARRAY_TO_STRING(tags, ', ')", '"new, sale, gift"'],
    ['ARRAY_REVERSE(tags)', '["gift","sale","new"]'],
    ["STRING_TO_ARRAY(code, '-')", '["BR","SP","007"]'],
  ],
};

/** What others have and this has not: a query that uses it fails, and the way round, if there is one. */
export const missing: ReadonlyArray<readonly [expression: string, instead: string, gives: string | undefined]> = [
  [
    "DATE_TRUNC('hour', at)",
    "STRPTIME(STRFTIME(at, '%Y-%m-%d %H:00'), '%Y-%m-%d %H:%M')",
    '"2026-01-02T13:00:00.000000Z"',
  ],
  ["DATE_TRUNC('day', at)", 'CAST(at AS DATE)', '"2026-01-02"'],
  ['YEAR(at)', 'EXTRACT(YEAR FROM at)', '2026'],
  ["DATEDIFF('second', at, at)", 'EXTRACT(EPOCH FROM at) - EXTRACT(EPOCH FROM at)', '0.0'],
  ["DATE_ADD(day, INTERVAL '1 day')", "day + INTERVAL '1 day'", '"2026-01-03"'],
  ["at AT TIME ZONE 'America/Sao_Paulo'", "at - INTERVAL '3 hours'", '"2026-01-02T10:04:05.678000Z"'],
  ["NVL(city, '')", "IFNULL(city, '')", '""'],
  ["BTRIM(' x ')", "TRIM(' x ')", '"x"'],
  ['CARDINALITY(tags)', 'ARRAY_LENGTH(tags)', '3'],
  ["INSTR(code, 'SP')", "STRPOS(code, 'SP')", '4'],
];

/** The same, where no expression does it. */
export const withoutSubstitute: ReadonlyArray<readonly [expression: string, advice: string]> = [
  [
    'NOW()',
    'The answer would be another when the event is read again after a crash: use `_arrived_at`, when the message was stored',
  ],
  ['CURRENT_TIMESTAMP', 'as above'],
  ['CURRENT_DATE', 'as above'],
  ['RANDOM()', 'as above; parts of the id or of a text are the same each time'],
  ['UUID()', 'as above: an event is identified by its `id`, or by `_seq` and `_index`'],
  ['MD5(code)', 'let the producer do it; `id: _payload` identifies events by their bytes'],
  ["REGEXP_EXTRACT(code, '[0-9]+')", '`SPLIT_PART`, `SUBSTR` and `STRPOS` take texts apart'],
  ["REGEXP_REPLACE(code, '[0-9]', '')", '`REPLACE` replaces a text, not a pattern'],
  [
    "JSON_EXTRACT(code, '$.a')",
    'describe the object in the contract: then it is a struct, and SQL says `properties.mag`',
  ],
  ["code ->> 'a'", 'as above'],
  ['INITCAP(name)', '`x-case` of a contract knows `lower` and `upper`'],
];

/** A row for each example, and the name of its group once. */
export function dialectTable(): string {
  return markdownTable(
    ['about', 'expression', 'gives'],
    Object.entries(dialect).flatMap(([group, examples]) =>
      examples.map(([expression, gives], at) => [at === 0 ? `**${group}**` : '', code(expression), code(gives)]),
    ),
  );
}

export function missingTable(): string {
  return markdownTable(
    ['missing', 'instead'],
    [
      ...missing.map(([expression, instead]) => [code(expression), code(instead)]),
      ...withoutSubstitute.map(([expression, advice]) => [code(expression), advice]),
    ],
  );
}

const code = (text: string): string => `\`${text}\``;
