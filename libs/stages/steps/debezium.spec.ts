/** Change events of Debezium, from a message to the rows of silver and the reasons of quarantine. */
import { describe, expect, test } from '@jest/globals';
import {
  arrivedMs,
  compiledSource,
  placed,
  type Sent,
  validated,
} from '../../../test/support/stages/envelope-source.js';

const contract = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'integer' },
    city: { type: ['string', 'null'] },
    balance: { type: ['string', 'null'], format: 'decimal', 'x-precision': 12, 'x-scale': 2 },
  },
};
const compiled = compiledSource(['envelope: debezium', 'key: id', 'id: [id, _change_position, _op]'], contract);
const changedMs = arrivedMs - 5_000;

type Members = Readonly<Record<string, unknown>>;

function change(op: string, others: Members = {}): Members {
  const row = { id: 7, city: 'Recife', balance: '1.50' };
  const rows = op === 'd' ? { before: row, after: null } : { before: null, after: row };
  return {
    ...rows,
    source: { connector: 'postgresql', ts_ms: changedMs, lsn: 24 },
    op,
    ts_ms: changedMs + 100,
    ...others,
  };
}

function sent(event: Members): Sent {
  return { payload: JSON.stringify(event) };
}

describe('a change', () => {
  test('is the row after it, of a delete the one before, plain or with its schema', () => {
    const schema = { type: 'struct', fields: [] };
    const { rows, refused } = validated(compiled, [
      ...['c', 'u', 'r', 'd'].map((op) => sent(change(op))),
      sent({ schema, payload: change('c', { source: { lsn: 25 } }) }),
      sent({ schema: null, payload: change('d', { source: { lsn: 26, ts_ms: 0 } }) }),
    ]);
    expect(refused).toEqual([]);
    const row = { id: 7, city: 'Recife', balance: '1.50', _changed_at: '2026-01-01T23:59:55.000000Z' };
    const later = { ...row, _changed_at: '2026-01-01T23:59:55.100000Z' };
    expect(rows).toMatchObject([
      { ...row, _op: 'c', _change_position: 'lsn=24' },
      { ...row, _op: 'u' },
      { ...row, _op: 'r' },
      { ...row, _op: 'd' },
      { ...later, _op: 'c', _change_position: 'lsn=25' },
      { ...later, _op: 'd', _change_position: 'lsn=26' },
    ]);
  });

  test('that comes again is dropped where its position in the log of the database is part of the id', () => {
    const at = (position: Members): Sent => sent(change('u', { source: { ts_ms: changedMs, ...position } }));
    const { rows, duplicates } = validated(compiled, [
      at({ lsn: 1 }),
      at({ lsn: 1, txId: 9 }),
      at({ file: 'bin.1', pos: 4, row: 0 }),
      at({ file: 'bin.1', pos: 4, row: 1 }),
      at({ row: 1, pos: 4, file: 'bin.1', gtid: null }),
    ]);
    expect([rows.map((row) => row['_change_position']), duplicates]).toEqual([
      ['lsn=1', 'file=bin.1,pos=4,row=0', 'file=bin.1,pos=4,row=1'],
      2,
    ]);
  });

  test('has a position of all its digits', () => {
    const payload = (lsn: string): Sent => ({
      payload: `{"op":"c","after":{"id":1},"ts_ms":${changedMs},"source":{"lsn":1,"lsn":${lsn}}}`,
    });
    const { rows } = validated(compiled, [payload('18446744073709551614'), payload('18446744073709551615')]);
    expect(rows.map((row) => row['_change_position'])).toEqual([
      'lsn=18446744073709551614',
      'lsn=18446744073709551615',
    ]);
  });

  test('is found with the key of its row', () => {
    const both = Buffer.from(`${JSON.stringify(change('d'))}\n${JSON.stringify({ schema: {}, payload: change('c') })}`);
    expect(placed(compiled, { payload: both }).map(({ key }) => key)).toEqual(['7', '7']);
    const byOp = compiledSource(['envelope: debezium', 'key: _op'], contract);
    expect(placed(byOp, { payload: both }).map(({ key }) => key)).toEqual(['d', 'c']);
  });

  test('without a time is refused only where that is the event time', () => {
    const timeless = sent(change('c', { source: null, ts_ms: null }));
    const arrived = compiledSource(['envelope: debezium', 'key: id', 'eventTime: { field: _arrived_at }'], contract);
    expect(validated(arrived, [timeless]).rows).toMatchObject([{ _changed_at: null, _change_position: null }]);
    expect(validated(arrived, [timeless, timeless]).duplicates).toBe(0);
    const byTime = compiledSource(['envelope: debezium', 'key: id'], contract);
    expect(validated(byTime, [timeless]).refused).toMatchObject([{ reason: 'missing_field' }]);
  });
});

describe('quarantine', () => {
  test.each<[string, Sent, string, string, string]>([
    ['a truncate', sent({ op: 't', ts_ms: 1, source: {} }), 'envelope', '/op', 'truncate'],
    ['a message of the log', sent({ op: 'm', message: {} }), 'envelope', '/op', 'c, u, r and d are'],
    ['a truncate with its schema', sent({ schema: {}, payload: { op: 't' } }), 'envelope', '/payload/op', 'truncate'],
    ['a tombstone', { payload: '' }, 'empty_payload', '', 'tombstones.on.delete'],
    [
      'a tombstone with its schema',
      sent({ schema: null, payload: null }),
      'envelope',
      '/payload',
      'tombstones.on.delete',
    ],
    ['a change of a schema', sent({ source: {}, ts_ms: 1, ddl: 'CREATE TABLE' }), 'envelope', '', 'has no op'],
    ['a heartbeat', sent({ schema: {}, payload: { ts_ms: 1 } }), 'envelope', '/payload', 'has no op'],
    ['a bare row', sent({ id: 1, city: 'x' }), 'envelope', '', 'leave the key envelope out'],
    ['a delete without its row', sent(change('d', { before: null })), 'envelope', '/before', 'REPLICA IDENTITY'],
    ['a create without its row', sent({ op: 'c', source: {} }), 'envelope', '', 'missing in after'],
    ['a document as text', sent(change('c', { after: '{"_id":1}' })), 'envelope', '/after', 'is a text'],
    ['a list as row', sent(change('c', { after: [] })), 'not_an_object', '/after', 'must be a JSON object'],
    ['a time that is none', sent(change('c', { source: { ts_ms: 'x' } })), 'envelope', '/source/ts_ms', 'milliseconds'],
    [
      'a broken contract',
      sent({ schema: {}, payload: change('u', { after: { id: 'x' } }) }),
      'wrong_type',
      '/payload/after/id',
      '',
    ],
    [
      'a time ahead',
      sent(change('c', { source: { lsn: 1, ts_ms: arrivedMs * 2 } })),
      'time_out_of_range',
      '/source/ts_ms',
      '24 hours',
    ],
    ['an op of another type', sent(change('c', { op: { toString: 'c' } })), 'envelope', '/op', 'c, u, r and d are'],
    ['an op that is a name of objects', sent(change('constructor')), 'envelope', '/op', 'c, u, r and d are'],
  ])('has a message with %s', (_, message, reason, pointer, words) => {
    const { rows, refused } = validated(compiled, [message]);
    expect({ rows, refused }).toMatchObject({ rows: [], refused: [{ reason, pointer }] });
    expect(refused[0]!.message).toContain(words);
  });
});
