/** Mistakes in a pipeline folder, each with the place that the message must name and a word that it must have. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { csv, edit, lineOf, type Spoil, schema, yaml } from './spoiled-folder.js';

export interface Mistake {
  readonly name: string;
  readonly spoil: Spoil;
  /** Where the message must point, and a word that it must have. */
  readonly file: string;
  readonly line: number;
  readonly says: RegExp;
}

const at = (file: string, text: string): Pick<Mistake, 'file' | 'line'> => ({ file, line: lineOf(file, text) });

export const mistakes: readonly Mistake[] = [
  {
    name: 'YAML that does not parse',
    spoil: edit(yaml, 'key: customer\n', 'key: [customer\n'),
    file: yaml,
    line: 0,
    says: /./,
  },
  {
    name: 'an unknown setting',
    spoil: edit(yaml, 'partitions: 3', 'partition: 3'),
    ...at(yaml, 'partitions: 3'),
    says: /partitions/,
  },
  {
    name: 'no partitions',
    spoil: edit(yaml, 'partitions: 3', 'partitions: 0'),
    ...at(yaml, 'partitions: 3'),
    says: /1 to 256/,
  },
  {
    name: 'a duration without unit',
    spoil: edit(yaml, 'tumbling: 10s', 'tumbling: 10'),
    ...at(yaml, 'tumbling: 10s'),
    says: /10s|1m/,
  },
  {
    name: 'a key that is no field',
    spoil: edit(yaml, 'key: customer', 'key: custommer'),
    ...at(yaml, 'key: customer'),
    says: /customer/,
  },
  {
    name: 'a window over an unknown source',
    spoil: edit(yaml, 'from: orders', 'from: order'),
    ...at(yaml, 'from: orders'),
    says: /"orders"/,
  },
  {
    name: 'a window keyed by a missing column',
    spoil: edit(yaml, 'key: [state]', 'key: [stat]'),
    ...at(yaml, 'by_state:'),
    says: /stat/,
  },
  {
    name: 'a measure of a missing column',
    spoil: edit(yaml, 'sum(total)', 'sum(totals)'),
    ...at(yaml, 'by_state:'),
    says: /totals/,
  },
  {
    name: 'an unknown measure',
    spoil: edit(yaml, 'min(price)', 'median(price)'),
    ...at(yaml, 'measures: { orders: count(), revenue'),
    says: /sum\(x\)/,
  },
  {
    name: 'SQL that does not parse',
    spoil: edit(yaml, 'SELECT e.*', 'SELEC e.*'),
    ...at(yaml, 'sql: |'),
    says: /lint/,
  },
  {
    name: 'SQL over a missing column',
    spoil: edit(yaml, 'e.pieces', 'e.peaces'),
    ...at(yaml, 'sql: |'),
    says: /peaces/,
  },
  {
    name: 'SQL without the event time',
    spoil: edit(yaml, 'SELECT e.*', 'SELECT e.order_id'),
    ...at(yaml, 'sql: |'),
    says: /placed_at/,
  },
  {
    name: 'a missing contract',
    spoil: (folder) => rmSync(join(folder, schema)),
    ...at(yaml, 'contract:'),
    says: /order\.schema\.json/,
  },
  {
    name: 'a contract that is no JSON',
    spoil: edit(schema, '"type": "object",', '"type": "object"'),
    file: schema,
    line: 5,
    says: /comma/,
  },
  {
    name: 'a contract with an unknown type',
    spoil: edit(schema, '"boolean"', '"bool"'),
    ...at(schema, '"gift"'),
    says: /bool/,
  },
  {
    name: 'a pattern that looks ahead',
    spoil: edit(schema, '{ "type": "string" },\n    "tags"', '{ "type": "string", "pattern": "^(?!x)" },\n    "tags"'),
    ...at(schema, '"note"'),
    says: /looks ahead with \(\?!x\), which cannot run in linear time: write two schemas under "allOf"/,
  },
  {
    name: 'a decimal without its digits',
    spoil: edit(schema, ', "x-precision": 12', ''),
    ...at(schema, '"price"'),
    says: /x-precision/,
  },
  {
    name: 'a missing reference',
    spoil: (folder) => rmSync(join(folder, csv)),
    ...at(yaml, 'file: reference'),
    says: /cities\.csv/,
  },
  {
    name: 'a reference that is not what its name says',
    spoil: (folder) => {
      cpSync(join(folder, csv), join(folder, 'reference/cities.parquet'));
      edit(yaml, csv, 'reference/cities.parquet')(folder);
    },
    file: 'reference/cities.parquet',
    line: 1,
    says: /parquet/i,
  },
  {
    name: 'a reference without its key',
    spoil: edit(csv, 'city,state', 'town,state'),
    file: csv,
    line: 1,
    says: /no column "city"/,
  },
  {
    name: 'a table partitioned by a missing column',
    spoil: edit(yaml, 'partitionBy: [state]', 'partitionBy: [states]'),
    ...at(yaml, 'partitionBy'),
    says: /states/,
  },
];
