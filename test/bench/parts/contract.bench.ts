/**
 * What validating costs against bare JSON.parse of the same bytes: `node dist/test/bench/parts/contract.bench.js`.
 */
import { Buffer } from 'node:buffer';
import { BinaryBuilder } from '#columns/build/binary-builder';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import { BytesColumn } from '#columns/read/column-view';
import { readColumns } from '#columns/read/read-columns';
import type { ColumnSpec } from '#columns/types/column-spec';
import { compileContract } from '#contract/columns/compile-contract';
import type { Accepted } from '#contract/columns/contract';
import { Contract } from '#contract/columns/contract';
import { linearPattern } from '#contract/patterns/linear-pattern';
import { Unrunnable } from '#contract/patterns/pattern-to-re2';

const eventsPerFrame = 2000;
const framesPerRound = 50;
const rounds = 7;

const schema = {
  type: 'object',
  required: ['event_id', 'user_id', 'occurred_at', 'product_id', 'quantity', 'unit_price'],
  properties: {
    event_id: { type: 'string', minLength: 1 },
    user_id: { type: 'string' },
    occurred_at: { type: 'string', format: 'date-time' },
    product_id: { type: 'string' },
    region: { type: 'string', enum: ['north', 'south', 'east', 'west'] },
    quantity: { type: 'integer', minimum: 1 },
    unit_price: { type: ['string', 'number'], format: 'decimal', 'x-precision': 12, 'x-scale': 2 },
    paid: { type: 'boolean' },
  },
};
const stageColumns: ColumnSpec[] = [
  { name: '_seq', type: { kind: 'int64' }, nullable: false },
  { name: '_index', type: { kind: 'int32' }, nullable: false },
  { name: '_arrived_at', type: { kind: 'timestamp' }, nullable: false },
];

function eventText(i: number): string {
  return JSON.stringify({
    event_id: `0190f2c4-${String(i % 10_000).padStart(4, '0')}-7abc-8def-${String(i * 7919).padStart(12, '0')}`,
    user_id: `user-${i % 5000}`,
    occurred_at: new Date(1_760_000_000_000 + i * 137).toISOString(),
    product_id: `p-${i % 700}`,
    region: ['north', 'south', 'east', 'west'][i % 4],
    quantity: 1 + (i % 7),
    unit_price: ((i * 37) % 250_000) / 100,
    paid: i % 3 === 0,
  });
}

function rawFrame(): Uint8Array {
  const builder = new ColumnsBuilder([{ name: 'payload', type: { kind: 'binary' }, nullable: false }]);
  const payload = builder.column('payload', BinaryBuilder);
  for (let i = 0; i < eventsPerFrame; i++) {
    payload.append(Buffer.from(eventText(i)));
    builder.endRow();
  }
  return builder.finish();
}

/** CPU microseconds per event, garbage collection included: the median of several rounds of many frames. */
function measure(work: () => void): number {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    for (let frame = 0; frame < framesPerRound; frame++) work();
    const { user, system } = process.cpuUsage(start);
    figures.push((user + system) / eventsPerFrame / framesPerRound);
  }
  return figures.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
}

function accepted(contract: Contract, payload: BytesColumn, i: number): Accepted {
  const result = contract.readBytes(payload.buffer, payload.start(i), payload.end(i), true);
  if (!result.ok) throw new Error(`event ${i} was refused: ${result.reason} ${result.pointer}`);
  return result;
}

const compiled = compileContract(schema, { id: 'event_id', key: 'user_id', eventTime: 'occurred_at' });
if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
const bytes = rawFrame();
const frame = new ColumnsBuilder([...compiled.columns, ...stageColumns]);
const [seq, index, arrivedAt] = [
  frame.column('_seq', Int64Builder),
  frame.column('_index', Int32Builder),
  frame.column('_arrived_at', Int64Builder),
];
const payload = readColumns(bytes).column('payload', BytesColumn);
const each = (step: (i: number) => void) => (): void => {
  for (let i = 0; i < eventsPerFrame; i++) step(i);
};
const fill = each((i) => {
  compiled.append(accepted(compiled, payload, i), frame);
  seq.append(i);
  index.append(0);
  arrivedAt.append(1_760_000_000_000_000 + i);
  frame.endRow();
});

const refill = (): ColumnsBuilder => {
  frame.reset();
  fill();
  return frame;
};

measure(refill);
const parse = measure(each((i) => JSON.parse(payload.text(i))));
const figures: [string, number][] = [
  ['decode and JSON.parse', parse],
  ['decode only', measure(each((i) => payload.text(i)))],
  ['read exactly', measure(each((i) => compiled.readExactly(payload.buffer, payload.start(i), payload.end(i), true)))],
  ['read', measure(each((i) => accepted(compiled, payload, i)))],
  ['read and append', measure(() => refill())],
  ['read, append, finish', measure(() => refill().finish())],
];
console.log(
  `${eventsPerFrame} events of ${Math.round(payload.values.length / eventsPerFrame)} bytes a frame, ${compiled.columns.length} columns and 3 more`,
);
for (const [name, micros] of figures)
  console.log(`${name.padEnd(24)} ${micros.toFixed(2)} µs/event  ${(micros / parse).toFixed(2)} × JSON.parse`);

frame.reset();
const empty = measure(() => void frame.finish()) * eventsPerFrame;
console.log(`${'finish without rows'.padEnd(24)} ${empty.toFixed(0)} µs per frame`);

/** Patterns and texts that contracts of people have; the last three have groups or open ends, so an automaton runs them. */
const patterns: [string, string][] = [
  ['^C[0-9]{5}$', 'C12345'],
  ['^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', '0190f2c4-1234-7abc-8def-000000001234'],
  ['^(north|south|east|west)$', 'north'],
  ['^(?:[a-z0-9]+-)*[a-z0-9]+$', 'a-product-of-2026'],
  ['@', 'someone@example.com'],
];
for (const [pattern, text] of patterns) {
  const linear = linearPattern(pattern);
  if (linear instanceof Unrunnable) throw new Error(linear.message);
  const native = new RegExp(pattern, 'u');
  const nanos = [linear, native].map((engine) => (measure(each(() => engine.test(text))) * 1000).toFixed(0));
  console.log(`${pattern.slice(0, 40).padEnd(42)} ${nanos[0]} ns, as RegExp ${nanos[1]} ns`);
}

/** The same orders as a shop system writes them: local times, decimal commas, S and N, blanks. */
const writtenSchema = {
  ...schema,
  properties: {
    ...schema.properties,
    event_id: { type: 'string', minLength: 1, 'x-trim': true },
    occurred_at: {
      type: 'string',
      format: 'date-time',
      'x-format': 'dd/MM/yyyy HH:mm:ss.SSS',
      'x-timezone': 'America/Sao_Paulo',
    },
    unit_price: { ...schema.properties.unit_price, 'x-decimal': ',', 'x-thousands': '.' },
    paid: { type: 'string', 'x-type': 'boolean', 'x-true': ['S'], 'x-false': ['N'] },
  },
};

function writtenText(i: number): string {
  const { occurred_at: at, unit_price: price, ...order } = JSON.parse(eventText(i)) as Record<string, unknown>;
  const [year, month, day] = String(at).slice(0, 10).split('-');
  return JSON.stringify({
    ...order,
    occurred_at: `${day}/${month}/${year} ${String(at).slice(11, 23)}`,
    unit_price: Number(price).toLocaleString('de-DE', { minimumFractionDigits: 2 }),
    paid: i % 3 === 0 ? 'S' : 'N',
  });
}

const written = compileContract(writtenSchema, compiled.fields);
if (!(written instanceof Contract)) throw new Error(JSON.stringify(written));
const texts = Array.from({ length: eventsPerFrame }, (_, i) => Buffer.from(writtenText(i)));
const readWritten = measure(
  each((i) => {
    const result = written.readBytes(texts[i]!, 0, texts[i]!.length, true);
    if (!result.ok) throw new Error(`event ${i} was refused: ${result.reason} ${result.pointer}`);
  }),
);
console.log(
  `${'read, written otherwise'.padEnd(24)} ${readWritten.toFixed(2)} µs/event  ${(readWritten / parse).toFixed(2)} × JSON.parse`,
);
