/**
 * The JSON Schema (draft 2020-12) of the pipeline file: the one table of its keys. Types, checks, defaults and the texts of problems follow from it,
 * and so do the table of docs/pipeline.md and pipeline.schema.json, for editors: `npm run generate` writes them.
 */
import { lakeUrlPattern, lakeUrlWords } from './lake-urls.js';
import { leaves, ref } from './schema-leaves.js';
import { mapping, named, schema, type ValueOf, withDefault } from './schema-value.js';
import { source } from './source-schema.js';

const reference = mapping(
  'a table that the SQL can join',
  {
    file: schema<string>({
      'x-must': 'the path of a .csv, .json, .ndjson or .parquet file, relative to the pipeline folder',
      description: '`.csv`, `.json`, `.ndjson` or `.parquet` file with the rows',
      type: 'string',
      pattern: '\\.(csv|json|ndjson|parquet)$',
      examples: ['reference/products.csv'],
    }),
    key: ref('column', 'column that identifies a row', 'product_id'),
    columns: withDefault(
      schema<Readonly<Record<string, string>>>({
        'x-must': 'a mapping from columns to their types',
        'x-otherwise': 'from the values',
        description:
          'types of columns of a `.csv` file, e.g. `{ cep: string, rate: "decimal(6,4)" }`: `string`, `integer`, `number`, `boolean`, `decimal(precision,scale)`',
        type: 'object',
        propertyNames: { $ref: '#/$defs/column' },
        additionalProperties: {
          'x-must': 'string, integer, number, boolean or "decimal(precision,scale)" (in quotes within braces)',
          type: 'string',
          pattern: '^(string|integer|number|boolean|decimal\\(([1-9]|[12][0-9]|3[0-8]),([0-9]|[12][0-9]|3[0-8])\\))$',
          examples: ['string'],
        },
        examples: [{ zip: 'string', rate: 'decimal(6,4)' }],
      }),
      {},
    ),
    refresh: withDefault(ref('positiveDuration', 'how often the file is looked at for changes', '30s'), '30s'),
  },
  ['file', 'key'],
);

const enrich = mapping(
  'what is made of the accepted events of a source',
  {
    sql: schema<string>({
      'x-must': 'a text with an SQL query',
      description: 'polars SQL over the table `events` and the references. Without it, rows pass unchanged',
      type: 'string',
      minLength: 1,
      examples: ['SELECT e.* FROM events e'],
    }),
  },
  ['sql'],
);

const window = mapping(
  'a tumbling event-time window',
  {
    from: ref('name', 'the source', 'orders'),
    tumbling: ref('positiveDuration', 'length of each window', '1m'),
    lateness: withDefault(ref('duration', 'how long after its end a window still takes events', '1m'), '0s'),
    key: ref('columns', 'columns to group by', ['category']),
    measures: schema<Readonly<Record<string, string>>>({
      'x-must': 'a mapping of one or more measures',
      description: 'name to expression, see Measures',
      type: 'object',
      minProperties: 1,
      propertyNames: { $ref: '#/$defs/column' },
      additionalProperties: {
        'x-must': 'a function of one column or of none, e.g. sum(total) or count()',
        type: 'string',
        pattern: '^\\s*[a-z_]+\\s*\\([^()]*\\)\\s*$',
        examples: ['count()'],
      },
      examples: [{ orders: 'count()' }],
    }),
  },
  ['from', 'tumbling', 'key', 'measures'],
);

function sqlText(description: string, example: string) {
  return schema<string>({
    'x-must': 'a condition in SQL',
    description,
    type: 'string',
    pattern: '\\S',
    examples: [example],
  });
}

const table = mapping(
  'renames or partitions a table; each `from` below has a table without it too. With `where`, `columns` or `unnest` it is one more table',
  {
    from: schema<string>({
      'x-must': 'raw.<source>, rejected.<source>, enriched.<source> or results.<window>',
      description: '`raw.<source>`, `rejected.<source>`, `enriched.<source>` or `results.<window>`',
      type: 'string',
      pattern: '^(raw|rejected|enriched|results)\\..+$',
      examples: ['enriched.orders'],
    }),
    partitionBy: withDefault(
      ref(
        'columns',
        'columns of the folders; `year`, `month`, `day`, `hour`, `date` are derived (UTC) where no such column exists. An empty text is null there, as Delta reads it; in a column that may not be null it sends the row to quarantine',
        ['date'],
      ),
      [],
    ),
    where: sqlText(
      'condition in SQL over `events`: the table takes the rows for which it is true. Of `enriched.<source>` only',
      "country = 'BR'",
    ),
    rest: schema<boolean>({
      'x-must': 'true',
      description: 'the table of `enriched.<source>` takes only what no table with `where` takes',
      const: true,
      examples: [true],
    }),
    columns: schema<readonly string[]>({
      'x-must': 'a list of columns or SQL expressions',
      description:
        'columns of the rows, or expressions of SQL over `events`, e.g. `[order_id, "customer.id AS customer_id"]`. Default: all; with `unnest` id, key and event time',
      type: 'array',
      minItems: 1,
      items: { 'x-must': 'a column or SQL expression', type: 'string', pattern: '\\S' },
      examples: [['order_id']],
    }),
    unnest: ref(
      'column',
      'a list: each of its items becomes a row, with its place in the list (`_position`, from 0) and the `columns` of its event. A dot steps into an object: `order.items`',
      'items',
    ),
  },
  ['from'],
);

const lake = mapping('where the tables are and how often they are committed', {
  url: schema<string>({
    'x-must': 'the address of the lake',
    description: `${lakeUrlWords}, where a relative folder begins at the pipeline file; \`--lake\` and \`AFL_LAKE_URL\` win over it`,
    type: 'string',
    pattern: lakeUrlPattern,
    examples: ['file:./data/lake'],
  }),
  commit: withDefault(
    mapping('a commit happens at whichever bound is reached first, and when a source is quiet', {
      every: withDefault(
        ref(
          'positiveDuration',
          'longest wait for a commit. Quiet sources are committed at once, unless `least` says otherwise',
          '10s',
        ),
        '10s',
      ),
      rows: withDefault(ref('count', 'a commit is made earlier when so many rows wait', 1_000_000), 1_000_000),
      bytes: withDefault(ref('size', 'a commit is made earlier when so many bytes wait', '128MiB'), '128MiB'),
      least: withDefault(
        ref(
          'size',
          'fewer bytes wait for more of them, up to `latest`: a source of which now and then an event comes makes fewer and larger files. `1`: whatever is there is committed',
          '1MiB',
        ),
        1,
      ),
      latest: withDefault(
        ref(
          'positiveDuration',
          'how long fewer bytes than `least` wait; a pipeline that is stopped commits them',
          '5m',
        ),
        '5m',
      ),
    }),
    {},
  ),
  tables: withDefault(named('the tables of the lake', 'name', 'table', table, 'all tables'), {}),
});

/** Draft 2020-12; `x-must`, `x-each` and `x-otherwise` are our own annotations and mean nothing to other validators. */
export const pipelineSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://afluente.dev/schemas/pipeline-v1.schema.json',
  title: 'Afluente pipeline',
  ...mapping(
    'A pipeline: which events come in, what is made of them and where the tables are',
    {
      apiVersion: schema<'afluente/v1'>({
        'x-must': 'afluente/v1',
        description: '`afluente/v1`',
        const: 'afluente/v1',
        examples: ['afluente/v1'],
      }),
      name: ref('name', 'begins the names of all streams: lower-case letters, digits, `-`, `_`', 'shop'),
      sources: {
        ...named('the kinds of events', 'name', 'source', source, 'one or more'),
        minProperties: 1,
        'x-must': 'a mapping of one or more sources',
      },
      references: withDefault(named('tables for the SQL of enrich', 'tableAlias', 'table', reference), {}),
      enrich: withDefault(named('what is made of accepted events, by source', 'name', 'source', enrich), {}),
      windows: withDefault(named('windows over enriched events', 'name', 'window', window), {}),
      lake: withDefault(lake, {}),
    },
    ['apiVersion', 'name', 'sources'],
  ),
  $defs: leaves,
};

/** The annotations that are ours. */
export const annotations = ['x-must', 'x-each', 'x-otherwise'];

/** A pipeline file that fits the schema, with its defaults. */
export type FilledPipeline = ValueOf<typeof pipelineSchema>;
