/** A window with every measure over every kind of column, and event frames for it: for the tests of this folder. */
import { asTimestamps, type DataFrame } from '#columns/polars/data-frames';
import { readNdjson } from '#columns/polars/ndjson';
import { runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import { hashSeed } from '../keys/keyed-hash.js';
import type { WindowSpec } from '../spec/window-spec.js';
import { decodePartials, encodePartials, type Partials, reduce } from '../state/partials.js';
import { WindowState } from '../state/state.js';
import { type Emission, type EmitOptions, emit } from './emit.js';

/** Times are epoch ms; prices are decimal text; weights are multiples of 1/4, whose float sums are exact. */
export interface ExampleEvent {
  readonly at: number;
  readonly city: string | null;
  readonly height: number | null;
  readonly price: string | null;
  readonly units: number | null;
  readonly weight: number | null;
  readonly user: string | null;
}

export const exampleSpec: WindowSpec = {
  name: 'sales',
  sizeMs: 1000,
  latenessMs: 2000,
  key: ['city', 'height'],
  eventTime: 'at',
  measures: {
    total: { fn: 'sum', column: 'price' },
    events: { fn: 'count' },
    units: { fn: 'sum', column: 'units' },
    weight: { fn: 'sum', column: 'weight' },
    cheapest: { fn: 'min', column: 'price' },
    last: { fn: 'max', column: 'at' },
    first_user: { fn: 'min', column: 'user' },
    mean_units: { fn: 'avg', column: 'units' },
    users: { fn: 'distinct', column: 'user' },
    prices: { fn: 'distinct', column: 'price' },
  },
};

/** The key column `height` is named like a method of data frames, which it must not hide from us. */
export const exampleColumns: ColumnSpec[] = [
  { name: 'at', type: { kind: 'timestamp' }, nullable: false },
  { name: 'city', type: { kind: 'string' }, nullable: true },
  { name: 'height', type: { kind: 'int64' }, nullable: true },
  { name: 'price', type: { kind: 'decimal', precision: 12, scale: 2 }, nullable: true },
  { name: 'units', type: { kind: 'int32' }, nullable: true },
  { name: 'weight', type: { kind: 'float64' }, nullable: true },
  { name: 'user', type: { kind: 'string' }, nullable: true },
];

export function exampleEvent(at: number, rest: Partial<ExampleEvent> = {}): ExampleEvent {
  return { at, city: null, height: null, price: null, units: null, weight: null, user: null, ...rest };
}

export function exampleFrame(events: readonly ExampleEvent[]): DataFrame {
  const lines = events.map((event) => `${JSON.stringify({ ...event, at: event.at * 1000 })}\n`).join('');
  const json = exampleColumns.map((column) =>
    column.name === 'at' ? { ...column, type: { kind: 'int64' } as const } : column,
  );
  const read = readNdjson(Buffer.from(lines), json);
  const items =
    'at, city, height, CAST(price AS DECIMAL(12,2)) AS price, CAST(units AS INTEGER) AS units, weight, "user"';
  return asTimestamps(runSql(`SELECT ${items} FROM read`, { read }), ['at']);
}

export const exampleSeed = hashSeed('0123456789abcdef');

export function newState(spec = exampleSpec): WindowState {
  return new WindowState(spec, exampleSeed);
}

/** The partials of some events, as they arrive from another task. */
export function examplePartials(events: readonly ExampleEvent[], spec = exampleSpec): Partials {
  return decodePartials(encodePartials(reduce(exampleFrame(events), spec, exampleSeed)).bytes, spec, exampleSeed);
}

/** Emits until nothing is left. */
export function emitAll(state: WindowState, options: EmitOptions): Omit<Emission, 'more'> {
  const [lines, refused]: [string[], Emission['refused'][number][]] = [[], []];
  for (let more = true; more; ) {
    const emission = emit(state, options);
    lines.push(...emission.lines);
    refused.push(...emission.refused);
    ({ more } = emission);
  }
  return { lines, refused };
}
