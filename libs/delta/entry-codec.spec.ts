/** Log entries as text and back. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Action } from './actions.js';
import { encodeEntry, parseEntry } from './entry-codec.js';
import { addPath, dataKey, entryKey, versionOfEntryKey } from './log-names.js';

fc.configureGlobal({ seed: 1 });

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ txn: fc.record({ appId: fc.string(), version: fc.maxSafeNat() }) }),
  fc.record({
    add: fc.record({
      path: fc.string(),
      partitionValues: fc.dictionary(
        fc.string().filter((s) => s !== '__proto__'),
        fc.option(fc.string()),
        { noNullPrototype: true },
      ),
      size: fc.nat(),
      modificationTime: fc.nat(),
      dataChange: fc.boolean(),
    }),
  }),
  fc.record({ commitInfo: fc.record({ commitId: fc.uuid() }) }),
);

describe('a log entry', () => {
  test('is the same after encoding and parsing', () => {
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        expect(parseEntry(3, encodeEntry(actions))).toEqual({ kind: 'entry', entry: { version: 3, actions } });
      }),
    );
  });

  test('ignores actions it does not know and members left out', () => {
    const text =
      '{"domainMetadata":{"domain":"x"}}\n{"metaData":{"id":"i","schemaString":"{}","partitionColumns":[]}}\n';
    const parsed = parseEntry(0, text);
    expect(parsed).toMatchObject({ kind: 'entry', entry: { actions: [{ metaData: { id: 'i', configuration: {} } }] } });
  });

  test('is unreadable with the line named when cut short or of another shape', () => {
    expect(parseEntry(4, '{"txn":{"appId":"a","version":1}}\n{"add":{"pa')).toEqual({
      kind: 'unreadable',
      reason: 'log entry 4, line 2 is not JSON',
    });
    expect(parseEntry(4, '{"txn":{"appId":"a","version":"1"}}')).toMatchObject({
      reason: expect.stringContaining('"txn.version" of type number'),
    });
  });

  test('has a name of 20 digits, which other files of the log do not have', () => {
    expect(entryKey('t', 12)).toBe('t/_delta_log/00000000000000000012.json');
    expect(versionOfEntryKey('t', entryKey('t', 12))).toBe(12);
    expect(versionOfEntryKey('t', 't/_delta_log/00000000000000000010.checkpoint.parquet')).toBeUndefined();
    expect(versionOfEntryKey('t', 't/_delta_log/_last_checkpoint')).toBeUndefined();
  });

  test('names folders of partitions as Spark does, with an equals sign that is not escaped', () => {
    expect(addPath('region=a%3Db/day=1 2.parquet')).toBe('region=a%253Db/day=1%202.parquet');
  });

  test('names data files by paths that lead back to their keys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(dataKey('t', addPath(name))).toBe(`t/${name}`);
      }),
    );
  });
});
