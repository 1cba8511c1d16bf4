/** What is said to break is what tables and logs refuse. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TableState } from '#delta/table-state';
import { streamOf } from '#frame/log-name';
import { newMetadata, planOpen } from '#lake/table/table-plan';
import { identityFault } from '#nats/streams/recorded-identity';
import { tableWish } from '#runtime/lake-writer/lake-table-shape';
import { identityOf } from '#stages/topology/log-identity';
import { logsWrittenBy, topologyOf } from '#stages/topology/topology';
import type { Version } from './change.js';
import { changesBetween } from './changes-between.js';
import { decimal, type Edit, property, replaced, type SchemaEdit, version } from './example-versions.js';

fc.configureGlobal({ seed: 1 });

/** Whether a table or a log of the version before would refuse to go on. */
function wouldHalt(before: Version, after: Version): boolean {
  const tables = Object.values(after.compiled.pipeline.lake.tables).some((table) => {
    const was = before.compiled.pipeline.lake.tables[table.name];
    const wish = was && tableWish(before.compiled, was);
    if (!wish) return false;
    const state = { metadata: newMetadata(wish, 'id', 0), columns: wish.columns } as unknown as TableState;
    return planOpen(state, tableWish(after.compiled, table)!).kind === 'halt';
  });
  const logs = (version: Version) => topologyOf(version.compiled).tasks.flatMap(logsWrittenBy);
  const recorded = new Map(logs(before).map((log) => [streamOf(log), identityOf(before.compiled, log).text]));
  const faults = logs(after).some((log) => identityFault(recorded.get(streamOf(log)), identityOf(after.compiled, log)));
  const names = new Set(logs(after).map(streamOf));
  const lost = logs(before).some(
    ({ stage, origin, ...log }) =>
      stage === 'raw' && origin in after.compiled.pipeline.sources && !names.has(streamOf({ stage, origin, ...log })),
  );
  return tables || faults || lost;
}

test('what is said to break is what tables and logs refuse, for changes in any company', () => {
  const edits: readonly Edit[] = [
    replaced('partitions: 3', 'partitions: [3, 6]'),
    replaced('partitions: 3', 'partitions: 6'),
    replaced('id: id', 'id: user'),
    replaced(/tumbling: 1m, lateness: 30s/, 'tumbling: 2m, lateness: 30s'),
    replaced('lateness: 30s', 'lateness: 40s'),
    replaced('total: sum(price)', 'total: max(price)'),
    replaced('orders: count() } }\n  by_note', 'n: count() } }\n  by_note'),
    replaced('by_note:', 'by_more:'),
    replaced('city, year, month', 'city, month'),
    replaced('p.city FROM', 'p.city, e.id AS again FROM'),
    replaced('p.city FROM', 'p.city, CAST(e._seq AS BIGINT) AS place FROM'),
    replaced('filter: visits.>', 'filter: visits.a'),
  ];
  const schemaEdits: readonly SchemaEdit[] = [
    (schema) => schema,
    property('price', decimal(14, 2)),
    property('price', { type: 'number' }),
    property('note', { type: 'string' }),
    property('more', { type: 'string' }),
    property('more', { type: 'array' }),
    (schema) => ({ ...schema, required: [...schema.required, 'more'] }),
  ];
  const anyVersion = fc
    .tuple(fc.uniqueArray(fc.constantFrom(...edits), { maxLength: 3 }), fc.constantFrom(...schemaEdits))
    .map(([some, schema]) => version((text) => some.reduce(tried, text), schema));
  let broken = 0;
  fc.assert(
    fc.property(anyVersion, anyVersion, (before, after) => {
      const changes = changesBetween(before, after);
      const breaks = changes.some((change) => change.breaks);
      expect([breaks, changes]).toEqual([wouldHalt(before, after), changes]);
      if (breaks) broken++;
    }),
    { numRuns: 150 },
  );
  expect(broken).toBeGreaterThan(30);
});

/** Two edits of the same place: the second finds nothing to edit. */
function tried(text: string, edit: Edit): string {
  try {
    return edit(text);
  } catch {
    return text;
  }
}
