/** Faults of the lake and its tables. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { edit, type PreparedFault } from './prepared-fault.js';
import type { Place } from './prepared-place.js';

const table = 'silver_orders';
const log = (place: Place): string => join(place.lake, table, '_delta_log');
const entries = (place: Place): string[] =>
  readdirSync(log(place))
    .filter((name) => name.endsWith('.json'))
    .sort();
const entryPath = (place: Place, at: number): string => join(log(place), entries(place).at(at)!);

function append(place: Place, action: object): void {
  const next = String(entries(place).length).padStart(20, '0');
  writeFileSync(join(log(place), `${next}.json`), `${JSON.stringify(action)}\n`);
}

function dataFileOf(place: Place): string {
  const line = readFileSync(entryPath(place, -1), 'utf8')
    .split('\n')
    .find((text) => text.includes('"add"'))!;
  return join(place.lake, table, decodeURIComponent((JSON.parse(line) as { add: { path: string } }).add.path));
}

export const faultsOfLake: readonly PreparedFault[] = [
  {
    name: 'no lake is named',
    options: () => ({ lake: undefined }),
    finds: 'lake-unnamed',
    severity: 'warning',
    says: /no lake is named, so no table was looked at/,
  },
  {
    name: 'the store does not answer',
    options: () => ({ lake: 's3://bucket/lake' }),
    env: { AFL_S3_ENDPOINT: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    finds: 'lake-unreachable',
    says: /ECONNREFUSED|Cannot list/,
  },
  {
    name: 'the lake is a file',
    breaks: ({ lake }) => {
      rmSync(lake, { recursive: true });
      writeFileSync(lake, '');
    },
    finds: 'lake-unreachable',
    says: /ENOTDIR/,
  },
  {
    name: 'it is an empty lake',
    options: ({ path }) => ({ lake: `file:${join(path, 'typo')}` }),
    finds: 'table-elsewhere',
    says: /silver_orders: it is not in file:\S+typo, and this pipeline has written it before, to file:\S+\. Name that lake/,
  },
  {
    name: 'the lake is an older copy',
    breaks: (place) => rmSync(entryPath(place, -1)),
    finds: 'table-elsewhere',
    says: /silver_orders: the one in \S+ is an older copy \(version \d+ of at least \d+\)/,
  },
  {
    name: 'it is another table of the same name',
    breaks: (place) => {
      const text = readFileSync(entryPath(place, 0), 'utf8');
      writeFileSync(
        entryPath(place, 0),
        text.replace(/"id":"[0-9a-f-]{36}"/, '"id":"00000000-0000-4000-8000-000000000000"'),
      );
    },
    finds: 'table-elsewhere',
    says: /silver_orders: the one in \S+ is another table of the same name/,
  },
  {
    name: 'a table was deleted',
    breaks: ({ lake }) => rmSync(join(lake, table), { recursive: true }),
    finds: 'table-elsewhere',
    says: /silver_orders: it is not in/,
  },
  {
    name: 'an entry of the log is missing',
    breaks: (place) => rmSync(entryPath(place, 1)),
    finds: 'table-unusable',
    says: /silver_orders: the log has no entry 1 .*entries were removed from its log\. Restore it/,
  },
  {
    name: 'an entry of the log is no entry',
    breaks: (place) => writeFileSync(entryPath(place, 1), 'oops'),
    finds: 'table-unusable',
    says: /silver_orders: log entry 1, line 1 is not JSON/,
  },
  {
    name: 'a data file is missing',
    breaks: (place) => rmSync(dataFileOf(place)),
    finds: 'data-file-missing',
    says: /silver_orders: 1 of its newest data files is not there: silver_orders\/.*\.parquet\. No query can read/,
  },
  {
    name: 'a checkpoint is missing',
    breaks: (place) => writeFileSync(join(log(place), '_last_checkpoint'), '{"version":1,"size":5}'),
    finds: 'checkpoint-missing',
    says: /silver_orders: _last_checkpoint names checkpoint 1, which is not there/,
  },
  {
    name: 'another engine has upgraded the table',
    breaks: (place) =>
      append(place, {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['deletionVectors'],
          writerFeatures: ['deletionVectors'],
        },
      }),
    finds: 'table-unusable',
    says: /silver_orders: it uses deletionVectors, which Afluente does not support: another engine has upgraded it\. Restore it as it was/,
  },
  {
    name: 'a column has another type',
    breaks: (place) => edit(place, 'c.vat,', 'CAST(c.vat AS VARCHAR) AS vat,'),
    finds: 'table-unfit',
    says: /silver_orders: column "vat" is \S+ in the table but would be written as string.*Set pipeline\.yaml back/,
  },
  {
    name: 'a table is partitioned otherwise',
    breaks: (place) => edit(place, 'partitionBy: [state]', 'partitionBy: [city]'),
    finds: 'table-unfit',
    says: /silver_orders: it is partitioned by \[state\], not by \[city\]/,
  },
  {
    name: 'the tables belong to another pipeline',
    breaks: (place) => edit(place, /^name: orders$/m, 'name: others'),
    finds: 'table-unfit',
    says: /silver_orders: it belongs to pipeline "orders"/,
    also: ['not-started', 'subject-taken'],
  },
  {
    name: 'a table lacks a column',
    breaks: (place) => edit(place, 'c.state, c.vat,', 'c.state, c.vat, e.pieces AS copies,'),
    finds: 'table-behind',
    severity: 'warning',
    says: /silver_orders: lacks the column copies\. lake-writer adds them/,
  },
  {
    name: 'the pipeline file has mistakes',
    breaks: (place) => edit(place, 'id: order_id', 'id: nothing'),
    finds: 'pipeline-invalid',
    says: /pipeline\.yaml:\d+: sources\.orders\.id: /,
  },
  {
    name: 'a contract is missing',
    breaks: ({ pipeline }) => rmSync(join(pipeline, 'contracts'), { recursive: true }),
    finds: 'pipeline-invalid',
    says: /contracts\/order\.schema\.json/,
  },
  {
    name: 'there is no pipeline folder',
    options: ({ path }) => ({ pipeline: join(path, 'nowhere') }),
    finds: 'pipeline-invalid',
    says: /there is no folder "\S+nowhere"\. Give the folder that holds pipeline\.yaml/,
  },
];
