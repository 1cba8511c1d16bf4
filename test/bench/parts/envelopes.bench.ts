/** What it costs to find events in envelopes, in ingest and in validate. Run: node dist/test/bench/parts/envelopes.bench.js */

import { wide } from '#stages/topology/example-frames';
import {
  compiledSource,
  placerOf,
  rawFrameOf,
  type Sent,
  validateStepOf,
} from '../../support/stages/envelope-source.js';
import { cpuPerItem } from '../processes/cpu-per-item.js';

const count = 1_000;
const rounds = 100;
const time = '2026-01-01T23:59:00Z';
const contract = {
  type: 'object',
  required: ['order', 'user', 'at'],
  properties: {
    order: { type: 'string' },
    user: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    total: { type: 'string', format: 'decimal', 'x-precision': 12, 'x-scale': 2 },
    quantity: { type: 'integer' },
    note: { type: 'string' },
  },
};

function orderOf(n: number) {
  return { order: `o-${n}`, user: `u-${n % 50}`, at: time, total: `${n}.50`, quantity: n % 7, note: 'x'.repeat(60) };
}

const attributes = { specversion: '1.0', source: '/shop/recife', type: 'order.created', time, subject: 'orders' };
const change = {
  ts_ms: 1_767_311_940_000,
  ts_us: 1_767_311_940_000_000,
  ts_ns: 1.76731194e18,
  lsn: 24_023_128,
  db: 'shop',
  schema: 'public',
  table: 'orders',
  connector: 'postgresql',
  version: '3.0.0.Final',
};

const variants: Readonly<Record<string, readonly [source: readonly string[], sent: (n: number) => Sent]>> = {
  'no envelope': [
    ['key: user', 'id: order', 'eventTime: { field: at }'],
    (n) => ({ payload: JSON.stringify(orderOf(n)) }),
  ],
  'cloudevents, structured': [
    ['envelope: cloudevents', 'key: user'],
    (n) => ({ payload: JSON.stringify({ ...attributes, id: `e-${n}`, data: orderOf(n) }) }),
  ],
  'cloudevents, binary': [
    ['envelope: cloudevents', 'key: user'],
    (n) => ({
      payload: JSON.stringify(orderOf(n)),
      headers: Object.entries({ ...attributes, id: `e-${n}` }).map(([name, value]) => `ce-${name}: ${value}`),
    }),
  ],
  debezium: [
    ['envelope: debezium', 'key: user', 'id: [order, _change_position, _op]'],
    (n) => ({
      payload: JSON.stringify({ before: null, after: orderOf(n), source: change, op: 'c', ts_ms: change.ts_ms }),
    }),
  ],
};

for (const [name, [source, sentOf]] of Object.entries(variants)) {
  const compiled = compiledSource(source, contract);
  const sent = Array.from({ length: count }, (_, n) => sentOf(n));
  const step = validateStepOf(compiled);
  const frame = rawFrameOf(compiled, sent);
  const place = placerOf(compiled);
  const works = {
    validate: () => step({ frames: [frame], state: undefined, limits: wide }),
    // The headers of each message are read anew, as clients do.
    ingest: () => sent.map((message) => place(message).length),
  };
  for (const [what, work] of Object.entries(works)) {
    for (let round = 0; round < rounds; round++) work();
    await cpuPerItem(`${name}: ${what}`, count * rounds, () => {
      for (let round = 0; round < rounds; round++) work();
    });
  }
}
