/** What the tables say that take a part of silver: each item of its lists once, and the rows of the condition. */
import { type Finding, found } from '../../faults/check/findings.js';
import { partsOf, source } from '../world/pipelines.js';
import type { Row } from './lake-rows.js';
import { countBy, type RowsOf } from './row-findings.js';

interface Part {
  readonly table: string;
  /** What must be there of a row of silver. */
  due(row: Row): string[];
  /** The same of a row of the table. */
  nameOf(row: Row): string;
}

const parts: readonly Part[] = [
  {
    table: 'parts',
    due: (row) => Array.from({ length: partsOf(Number(row['n'])) }, (_, at) => `${row['id']} ${at} of ${row['n']}`),
    nameOf: (row) => `${row['id']} ${row['_position']} of ${row['of']}`,
  },
  {
    table: 'even',
    due: (row) => (Number(row['n']) % 2 === 0 ? [String(row['id'])] : []),
    nameOf: (row) => String(row['id']),
  },
];

export function* partFindings(rowsOf: RowsOf): Generator<Finding> {
  const silver = rowsOf(`silver_${source}`);
  for (const { table, due, nameOf } of parts) {
    const held = countBy(rowsOf(table), nameOf);
    for (const name of silver.flatMap(due)) {
      const times = held.get(name) ?? 0;
      held.delete(name);
      if (times === 0) yield found('lost', `${table}: ${name} is missing`);
      if (times > 1) yield found('duplicated', `${table}: ${name} is there ${times} times`);
    }
    for (const name of held.keys()) yield found('unexpected', `${table}: ${name} is not in silver`);
  }
}
