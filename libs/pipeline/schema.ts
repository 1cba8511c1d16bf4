/** The JSON Schema (draft 2020-12) of the pipeline file; pipeline.schema.json is its published text. */
import { leaves } from './schema-leaves.js';

const ref = (leaf: keyof typeof leaves, description: string, example: unknown, byDefault?: unknown) => ({
  $ref: `#/$defs/${leaf}`,
  description,
  examples: [example],
  ...(byDefault === undefined ? {} : { default: byDefault }),
});

const mapping = (description: string, properties: Record<string, unknown>, required: string[] = []) => ({
  'x-must': 'a mapping (indented "name: value" lines)',
  description,
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const named = (description: string, names: 'name' | 'tableAlias', values: unknown) => ({
  'x-must': 'a mapping from names to what they mean',
  description,
  type: 'object',
  propertyNames: { $ref: `#/$defs/${names}` },
  additionalProperties: values,
});

const source = {
  ...mapping(
    'A kind of event with one contract. Needs either subjects or stream.',
    {
      subjects: {
        'x-must': 'a list of one or more NATS subjects',
        description: 'Subjects that producers publish to; Afluente keeps the stream.',
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { 'x-must': 'a NATS subject', type: 'string', minLength: 1 },
        examples: [['events.orders']],
      },
      bytesMax: ref('size', 'Bound of the stream over the subjects; beyond it producers get an error.', '2GiB', '2GiB'),
      stream: {
        'x-must': 'the name of a JetStream stream (no spaces, ".", "*", ">", "/" or "\\")',
        description: 'An existing stream to read instead of subjects.',
        type: 'string',
        pattern: '^[^\\s.*>/\\\\]+$',
        examples: ['ORDERS'],
      },
      filter: {
        'x-must': 'a NATS subject',
        description: 'Only the messages of the stream on this subject.',
        type: 'string',
        minLength: 1,
        examples: ['orders.>'],
      },
      partitions: {
        'x-must': 'a whole number from 1 to 256',
        description: 'How many tasks share the source. Fixed for the life of the pipeline.',
        type: 'integer',
        minimum: 1,
        maximum: 256,
        default: 4,
        examples: [4],
      },
      contract: ref('path', 'JSON Schema of one event.', 'contracts/order.schema.json'),
      id: ref('column', 'The field that identifies an event; a second event with the same id is dropped.', 'event_id'),
      key: ref('column', 'The field that chooses the partition.', 'user_id'),
      eventTime: mapping(
        'When an event happened, and how far events may be out of order.',
        {
          field: ref('column', 'The field with the event time.', 'occurred_at'),
          outOfOrderness: ref('duration', 'How much older than the newest event an event on time may be.', '5s', '5s'),
          idleAfter: ref('positiveDuration', 'A silent partition lets time go on after this long.', '10s', '10s'),
        },
        ['field'],
      ),
      dedup: mapping('Deduplication by event id.', {
        horizon: ref('duration', 'How long an event id is remembered.', '1h', '1h'),
      }),
    },
    ['contract', 'id', 'key', 'eventTime'],
  ),
  oneOf: [{ required: ['subjects'] }, { required: ['stream'] }],
  dependentSchemas: {
    bytesMax: { required: ['subjects'] },
    filter: { required: ['stream'] },
  },
};

const reference = mapping(
  'A table that the SQL of enrich can join.',
  {
    file: {
      'x-must': 'the path of a .csv, .json, .ndjson or .parquet file, relative to the pipeline folder',
      description: 'The file with the rows.',
      type: 'string',
      pattern: '\\.(csv|json|ndjson|parquet)$',
      examples: ['reference/products.csv'],
    },
    key: ref('column', 'The column that identifies a row.', 'product_id'),
    refresh: ref('positiveDuration', 'How often the file is looked at for changes.', '30s', '30s'),
  },
  ['file', 'key'],
);

const enrich = mapping(
  'What is made of the accepted events of a source.',
  {
    sql: {
      'x-must': 'a text with an SQL query',
      description: 'Polars SQL over the table events and the references.',
      type: 'string',
      minLength: 1,
      examples: ['SELECT e.* FROM events e'],
    },
  },
  ['sql'],
);

const window = mapping(
  'A tumbling event-time window over the enriched events of a source.',
  {
    from: ref('name', 'The source.', 'orders'),
    tumbling: ref('positiveDuration', 'Length of each window.', '1m'),
    lateness: ref('duration', 'How long after its end a window still takes events.', '1m', '0s'),
    key: ref('columns', 'Columns to group by.', ['category']),
    measures: {
      'x-must': 'a mapping of one or more measures',
      description: 'Measure name to expression.',
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
    },
  },
  ['from', 'tumbling', 'key', 'measures'],
);

const lake = mapping('Where the tables are and how often they are committed.', {
  url: {
    'x-must': 'the address of the lake',
    description: 'file:<folder> or s3://bucket/prefix.',
    type: 'string',
    pattern: '^(file:|s3://).+',
    examples: ['file:./data/lake'],
  },
  commit: mapping('A commit happens at whichever bound is reached first.', {
    every: ref('positiveDuration', 'Longest wait for a commit.', '10s', '10s'),
    rows: ref('count', 'Rows in one commit.', 1_000_000, 1_000_000),
    bytes: ref('size', 'Bytes held for one commit.', '128MiB', '128MiB'),
  }),
  tables: named(
    'Renames or partitions a table; every from has a table without it too.',
    'name',
    mapping(
      'A table of the lake.',
      {
        from: {
          'x-must': 'raw.<source>, rejected.<source>, enriched.<source> or results.<window>',
          description: 'The rows of the table.',
          type: 'string',
          pattern: '^(raw|rejected|enriched|results)\\..+$',
          examples: ['enriched.orders'],
        },
        partitionBy: ref('columns', 'Columns of the folders; year, month, day, hour and date are derived.', ['date'], []),
      },
      ['from'],
    ),
  ),
});

/** Draft 2020-12; `x-must` is our own annotation and means nothing to other validators. */
export const pipelineSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://afluente.dev/schemas/pipeline-v1.schema.json',
  title: 'Afluente pipeline',
  ...mapping(
    'A pipeline: which events come in, what is made of them and where the tables are.',
    {
      apiVersion: {
        'x-must': 'afluente/v1',
        description: 'Version of this format.',
        const: 'afluente/v1',
        examples: ['afluente/v1'],
      },
      name: ref('name', 'Name of the pipeline; it begins the names of all its streams.', 'shop'),
      sources: { ...named('The kinds of events.', 'name', source), minProperties: 1, 'x-must': 'a mapping of one or more sources' },
      references: named('Tables for the SQL of enrich.', 'tableAlias', reference),
      enrich: named('By source.', 'name', enrich),
      windows: named('Windows over enriched events.', 'name', window),
      lake,
    },
    ['apiVersion', 'name', 'sources'],
  ),
  $defs: leaves,
};
