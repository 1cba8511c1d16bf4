/** What a writer decides from the log, and what the log says after folding. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Action, LogEntry } from './actions.js';
import { type CommitDecision, type CommitFacts, decideCommit, isOwnEntry } from './commit-decision.js';
import { encodeSchema } from './schema.js';
import { foldTable, type WholeTable } from './whole-table.js';

fc.configureGlobal({ seed: 1 });

const columns: readonly ColumnSpec[] = [{ name: 'a', type: { kind: 'int64' }, nullable: true }];
const first: LogEntry = {
  version: 0,
  actions: [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: 'i',
        format: { provider: 'parquet', options: {} },
        schemaString: encodeSchema(columns),
        partitionColumns: [],
        configuration: {},
      },
    },
  ],
};
const added = (path: string): Action => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
});
const removed = (path: string): Action => ({ remove: { path, dataChange: true } });
const txn = (appId: string, version: number): Action => ({ txn: { appId, version } });

function tableOf(...entries: Action[][]): WholeTable {
  const folded = foldTable([first, ...entries.map((actions, i) => ({ version: i + 1, actions }))]);
  if (folded.kind !== 'table') throw new Error(folded.kind);
  return folded.table;
}

function decide(snapshot: WholeTable, facts: Partial<CommitFacts>): CommitDecision {
  return decideCommit({ state: snapshot.state, txns: [], columns, partitionBy: [], landedAt: undefined, ...facts });
}

describe('a snapshot', () => {
  test('holds added files that were not removed, and the last of each txn', () => {
    const { state, files } = tableOf(
      [added('x'), added('y'), txn('t', 4)],
      [removed('x'), added('z'), txn('u', 1)],
      [txn('t', 9)],
    );
    expect([...files.keys()]).toEqual(['y', 'z']);
    expect(state.txns).toEqual(
      new Map([
        ['t', 9],
        ['u', 1],
      ]),
    );
    expect(state.version).toBe(3);
  });

  test('halts over gaps, newer protocols and logs without a beginning', () => {
    expect(foldTable([])).toEqual({ kind: 'absent' });
    expect(foldTable([first, { version: 2, actions: [] }])).toMatchObject({
      kind: 'halt',
      reason: expect.stringContaining('no entry 1'),
    });
    expect(foldTable([{ version: 0, actions: [] }])).toMatchObject({
      kind: 'halt',
      reason: expect.stringContaining('lacks protocol'),
    });
    const newer: LogEntry = { version: 1, actions: [{ protocol: { minReaderVersion: 3, minWriterVersion: 7 } }] };
    expect(foldTable([first, newer])).toMatchObject({
      kind: 'halt',
      reason: expect.stringContaining('reader version 3'),
    });
  });
});

describe('a commit', () => {
  test('takes the next version when every txn stands where the data continues from', () => {
    const step = { appId: 't', previous: 4, version: 9 };
    expect(decide(tableOf([txn('t', 4)]), { txns: [step] })).toEqual({ kind: 'commit', version: 2 });
    expect(decide(tableOf(), { txns: [{ ...step, previous: -1 }] })).toEqual({ kind: 'commit', version: 1 });
  });

  test('is superseded when any one of its txns moved', () => {
    const txns = [
      { appId: 't', previous: 4, version: 9 },
      { appId: 'u', previous: -1, version: 3 },
    ];
    expect(decide(tableOf([txn('t', 4), txn('u', 3)]), { txns })).toEqual({
      kind: 'superseded',
      txns: new Map([
        ['t', 4],
        ['u', 3],
      ]),
    });
  });

  test('that landed is committed, though its own txn has moved', () => {
    const facts = { txns: [{ appId: 't', previous: 4, version: 9 }], landedAt: 1 };
    expect(decide(tableOf([txn('t', 9)]), facts)).toEqual({ kind: 'already-committed', version: 1 });
  });

  test('is known by its commit id alone', () => {
    const entry: LogEntry = { version: 1, actions: [{ commitInfo: { commitId: 'mine' } }] };
    expect([isOwnEntry(entry, 'mine'), isOwnEntry(entry, 'other'), isOwnEntry(first, 'mine')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('halts when a txn would not grow, is named twice, or the table no longer fits', () => {
    const reason = (facts: Partial<CommitFacts>): unknown => Reflect.get(decide(tableOf(), facts), 'reason');
    const step = { appId: 't', previous: -1, version: 1 };
    expect(reason({ txns: [{ ...step, version: -1 }] })).toContain('must grow');
    expect(reason({ txns: [step, step] })).toContain('twice');
    expect(reason({ partitionBy: ['a'] })).toContain('partitioned by');
    expect(reason({ columns: [{ name: 'a', type: { kind: 'string' }, nullable: true }] })).toContain('"a" is long');
    expect(reason({ columns: [...columns, { name: 'b', type: { kind: 'string' }, nullable: true }] })).toContain(
      'open the table again',
    );
  });

  test('makes every history of racing writers one unbroken chain of steps', () => {
    const attempts = fc.array(
      fc.record({ previous: fc.integer({ min: -1, max: 8 }), by: fc.integer({ min: 1, max: 3 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(attempts, (steps) => {
        const log: Action[][] = [];
        const accepted: [number, number][] = [];
        for (const { previous, by } of steps) {
          const step = { appId: 't', previous, version: previous + by };
          if (decide(tableOf(...log), { txns: [step] }).kind !== 'commit') continue;
          log.push([txn('t', step.version)]);
          accepted.push([previous, step.version]);
        }
        for (const [i, [previous]] of accepted.entries()) expect(previous).toBe(accepted[i - 1]?.[1] ?? -1);
      }),
    );
  });
});
