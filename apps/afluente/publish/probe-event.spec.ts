/** A probe may be sent again and again: each is another event, of now. */
import { expect, test } from '@jest/globals';
import { probeEvent } from './probe-event.js';

const nowMs = Date.UTC(2026, 10, 21, 12);
const fields = { id: ['id'], time: ['at'] };
const schema = (id: object, at: object): unknown => ({ properties: { id, at } });

test('an id that is a text gets an ending, a time that is a text is now', () => {
  const event = probeEvent(
    { id: 'probe', at: 'long ago', amount: '1.50' },
    schema({ type: 'string' }, { type: 'string', format: 'date-time' }),
    fields,
    nowMs,
    '0badcafe',
  );
  expect(event).toEqual({ id: 'probe-0badcafe', at: '2026-11-21T12:00:00.000Z', amount: '1.50' });
});

test('an id that the event lacks is made', () => {
  expect(probeEvent({}, schema({ type: 'string' }, { type: 'string' }), fields, nowMs, '1')).toMatchObject({
    id: 'probe-1',
  });
});

test.each([
  ['s', nowMs / 1000],
  ['ms', nowMs],
  ['us', nowMs * 1000],
])('an id and a time in %s that are numbers stay numbers', (unit, time) => {
  const event = probeEvent(
    { id: 1 },
    schema({ type: 'integer' }, { type: 'integer', 'x-unit': unit }),
    fields,
    nowMs,
    'ff',
  );
  expect(event).toEqual({ id: nowMs * 1000 + 255, at: time });
});

test.each([
  [
    { type: 'string', format: 'date-time', 'x-format': 'dd/MM/yyyy HH:mm:ss', 'x-timezone': 'America/Sao_Paulo' },
    '21/11/2026 09:00:00',
  ],
  [{ type: 'string', format: 'date-time', 'x-format': 'yyyy-MM-ddTHH:mm:ss[.SSS]Z' }, '2026-11-21T12:00:00.000+00:00'],
  [{ type: 'string', 'x-unit': 'ms' }, String(nowMs)],
  [{ type: 'string', 'x-unit': 'ns' }, `${nowMs}000000`],
  [{ type: 'number', 'x-unit': 's' }, nowMs / 1000],
])('a time is written as the contract says: %j', (at, time) => {
  expect(probeEvent({}, schema({ type: 'string', 'x-type': 'integer' }, at), fields, nowMs, '1')).toEqual({
    id: `${nowMs}001`,
    at: time,
  });
});
