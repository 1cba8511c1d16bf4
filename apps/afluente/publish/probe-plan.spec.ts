/** A probe of a source whose events stand in envelopes is found by its message alone. */
import { expect, test } from '@jest/globals';
import { planProbe } from './probe-plan.js';

const event =
  '{"specversion":"1.0","id":"p","source":"/probe","type":"t","subject":"s","data":{"order_no":"1","total":"1"}}';
const request = { pipeline: 'examples/08-cloudevents', subject: 'events.shop', event };

test('an event in an envelope goes out as it was given', () => {
  const plan = planProbe({ ...request, table: 'bronze_orders' }, 0, 'abc');
  expect(plan).toMatchObject({ payload: event, column: 'msg_id', value: 'probe-abc' });
});

test('a table that is known by the id of an event says where else to look', () => {
  expect(() => planProbe({ ...request, table: 'silver_orders' }, 0, 'abc')).toThrow(
    'Name another with --table, e.g. bronze_orders.',
  );
});
