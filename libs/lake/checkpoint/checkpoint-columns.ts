/** The columns of a checkpoint file (Delta protocol, "Checkpoint Schema"), and actions to rows and back. */
import type { SchemaElement } from 'hyparquet';
import type { Action } from '#delta/actions';

export type ActionKind = Exclude<Action extends infer A ? (A extends A ? keyof A : never) : never, 'commitInfo'>;

/** One action a row: the member of its kind, the others null. */
export type CheckpointRow = Readonly<Record<string, unknown>>;

type Nested = readonly SchemaElement[];

const text = (name: string): Nested => [
  { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];
const long = (name: string): Nested => [{ name, type: 'INT64', repetition_type: 'OPTIONAL' }];
const int = (name: string): Nested => [{ name, type: 'INT32', repetition_type: 'OPTIONAL' }];
const bool = (name: string): Nested => [{ name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' }];
const struct = (name: string, ...members: Nested[]): Nested => [
  { name, num_children: members.length, repetition_type: 'OPTIONAL' },
  ...members.flat(),
];
const list = (name: string): Nested => [
  { name, num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  ...text('element'),
];
const map = (name: string): Nested => [
  { name, num_children: 1, converted_type: 'MAP', repetition_type: 'OPTIONAL' },
  { name: 'key_value', num_children: 2, repetition_type: 'REPEATED' },
  { name: 'key', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  ...text('value'),
];

const columns: Readonly<Record<ActionKind, Nested>> = {
  protocol: struct(
    'protocol',
    int('minReaderVersion'),
    int('minWriterVersion'),
    list('readerFeatures'),
    list('writerFeatures'),
  ),
  metaData: struct(
    'metaData',
    text('id'),
    text('name'),
    text('description'),
    struct('format', text('provider'), map('options')),
    text('schemaString'),
    list('partitionColumns'),
    map('configuration'),
    long('createdTime'),
  ),
  txn: struct('txn', text('appId'), long('version'), long('lastUpdated')),
  add: struct(
    'add',
    text('path'),
    map('partitionValues'),
    long('size'),
    long('modificationTime'),
    bool('dataChange'),
    text('stats'),
    map('tags'),
  ),
  remove: struct(
    'remove',
    text('path'),
    long('deletionTimestamp'),
    bool('dataChange'),
    bool('extendedFileMetadata'),
    map('partitionValues'),
    long('size'),
    map('tags'),
  ),
};

/** Members of 64 bits, which the Parquet writer takes as bigint only. */
const longs: ReadonlySet<string> = new Set(
  Object.values(columns)
    .flat()
    .filter(({ type }) => type === 'INT64')
    .map(({ name }) => name),
);

export const actionKinds = Object.keys(columns) as readonly ActionKind[];

export const checkpointSchema: SchemaElement[] = [
  { name: 'spark_schema', num_children: actionKinds.length },
  ...Object.values(columns).flat(),
];

export function toRow(action: Action): CheckpointRow {
  const [kind, members] = Object.entries(action)[0] as [string, Record<string, unknown>];
  return {
    [kind]: Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        longs.has(name) && typeof value === 'number' ? BigInt(value) : value,
      ]),
    ),
  };
}

/** Undefined for a kind of action that Afluente does not know. */
export function fromRow(row: CheckpointRow): Action | undefined {
  const kind = actionKinds.find((name) => row[name] !== null && row[name] !== undefined);
  return kind === undefined ? undefined : ({ [kind]: members(row[kind] as CheckpointRow) } as unknown as Action);
}

/** Members that are absent are null in a row; only partition values are null in an action. */
function members(row: CheckpointRow): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, plain(value)]],
    ),
  );
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
