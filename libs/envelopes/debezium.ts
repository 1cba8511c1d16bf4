/**
 * Change events of Debezium: a row before and after a change, `op`, and where the change came from, plain or as `{schema, payload}`. The event is the row as
 * it is after the change, of a delete as it was before.
 */
import {
  type Envelope,
  type EnvelopeValue,
  type Members,
  memberOf,
  membersIn,
  type Opened,
  type TextAt,
  type Unopened,
  unopened,
} from './envelope.js';

/** Changes of rows: create, update, read (of a snapshot), delete. */
const rowOf: Readonly<Record<string, 'before' | 'after'>> = { c: 'after', u: 'after', r: 'after', d: 'before' };

/** What connectors say of the place of a change in the log of their database, in the order in which it is written. */
const positions = 'file pos row lsn commit_lsn change_lsn event_serial_no scn rs_id ssn'.split(' ');

const microsPerMilli = 1_000;

export const debezium: Envelope = {
  columns: [
    { name: '_op', is: 'text', required: true },
    { name: '_changed_at', is: 'time', required: false },
    { name: '_change_position', is: 'text', required: false },
  ],
  id: [],
  eventTime: '_changed_at',
  emptyMeans:
    'the payload is empty: a tombstone, which says no more than the delete before it. Set tombstones.on.delete to false in Debezium',
  inPayload(root, textAt) {
    const wrapped = memberOf(root, 'op') === undefined && Object.hasOwn(root, 'payload');
    if (!wrapped) return change(root, [], textAt);
    const payload = membersIn(root['payload']);
    if (payload !== undefined) return change(payload, ['payload'], textAt);
    return unopened(
      '/payload',
      'has no change: a tombstone, which says no more than the delete before it. Set tombstones.on.delete to false in Debezium',
    );
  },
};

function change(root: Members, within: readonly string[], textAt: TextAt): Opened | Unopened {
  const at = (...names: readonly string[]): string => [...within, ...names].map((name) => `/${name}`).join('');
  const op = memberOf(root, 'op');
  const row = typeof op === 'string' && Object.hasOwn(rowOf, op) ? rowOf[op] : undefined;
  if (row === undefined) return noChange(op, op === undefined ? at() : at('op'));
  const mistake = rowMistake(row, root, at(row));
  if (mistake) return mistake;
  const source = membersIn(memberOf(root, 'source')) ?? {};
  // Snapshots of some connectors have a 0 there.
  const [holder, timeAt] = memberOf(source, 'ts_ms') ? [source, at('source', 'ts_ms')] : [root, at('ts_ms')];
  const changedAt = microsOf(memberOf(holder, 'ts_ms'));
  if (changedAt === undefined)
    return unopened(timeAt, 'must be a time as milliseconds since 1970, as Debezium writes it');
  const position = positionIn(source, (name) => textAt([...within, 'source', name]));
  return {
    path: [...within, row],
    values: [op as string, changedAt, position],
    pointers: [at('op'), timeAt, at('source')],
  };
}

function noChange(op: unknown, pointer: string): Unopened {
  if (op === undefined)
    return unopened(
      pointer,
      'has no op, so it is no change of a row: let schema changes, heartbeats and transactions go to other subjects; for rows that were unwrapped before, leave the key envelope out',
    );
  return unopened(
    pointer,
    op === 't'
      ? 'is t, a truncate, which is no change of a row: leave skipped.operations of Debezium at t, and none are sent'
      : 'is no change of a row: c, u, r and d are',
  );
}

function rowMistake(row: 'before' | 'after', root: Members, pointer: string): Unopened | undefined {
  const value = memberOf(root, row);
  if (typeof value === 'string')
    return unopened(pointer, 'is a text: only connectors that write rows as objects are read');
  if (value !== undefined) return undefined;
  return unopened(
    Object.hasOwn(root, row) ? pointer : pointer.slice(0, pointer.lastIndexOf('/')),
    row === 'before'
      ? 'the row of a delete is missing in before: let the database log old rows (of PostgreSQL, REPLICA IDENTITY)'
      : 'the row is missing in after',
  );
}

/** Null where no time is told; undefined for what is none. */
function microsOf(millis: unknown): number | null | undefined {
  if (millis === undefined) return null;
  const micros = typeof millis === 'number' ? millis * microsPerMilli : Number.NaN;
  return Number.isSafeInteger(millis) && Number.isSafeInteger(micros) ? micros : undefined;
}

/** E.g. `lsn=24023128`; null where the source says nothing of it. @param textOf of a number, where its double does not say all */
function positionIn(source: Members, textOf: (name: string) => string): EnvelopeValue {
  const parts = positions.flatMap((name) => {
    const value = memberOf(source, name);
    if (typeof value === 'string') return [`${name}=${value}`];
    if (typeof value !== 'number') return [];
    return [`${name}=${Number.isSafeInteger(value) ? value : textOf(name)}`];
  });
  return parts.length === 0 ? null : parts.join(',');
}
