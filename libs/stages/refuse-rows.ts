/** Turns accepted rows back into refused ones, when a stage after validate fails on them. */
import { columnNames, describe, rowCount, writeFrame, type DataFrame } from '#columns/frames';
import { readColumns } from '#columns/arrow-reader';
import { Int64Column, NumberColumn } from '#columns/arrow-view';
import { section, type Section } from '#frame/sections';
import type { Reason } from '#contract/reason';
import { rowsNdjson } from '#columns/rows-ndjson';
import { originColumns, type RawEvent } from './raw-columns.js';
import { RejectedFrame, type Why } from './rejected-columns.js';

const MESSAGE_CHARACTERS_MAX = 300;

export interface Refusal {
  /** Who refuses, e.g. `enrich` or `window revenue`. */
  readonly by: string;
  readonly reason: Reason;
  readonly message: string;
}

/** Why rows are refused, as quarantine says it. */
export function whyOf({ by, reason, message }: Refusal): Why {
  return { reason, pointer: '', message: `${by}: ${message}`.slice(0, MESSAGE_CHARACTERS_MAX) };
}

/**
 * A section `rejected` with these rows. Its payload is the row as JSON, or nothing where that would take more than `payloadBytesMax`;
 * the event's own bytes are in bronze under the same `_seq` and `_index`.
 */
export function refuseRows(events: DataFrame, refusal: Refusal, payloadBytesMax: number): Section {
  const rejected = new RejectedFrame();
  for (const event of eventsOf(events, payloadBytesMax)) rejected.append(event, whyOf(refusal));
  return section('rejected', 'arrow', rejected.take(), rowCount(events));
}

/** The same as lines of JSON: for logs that any client follows. */
export function refuseRowsAsLines(events: DataFrame, refusal: Refusal, payloadBytesMax: number): Section {
  const lines = eventsOf(events, payloadBytesMax).map(({ bytes, subject, seq, index, arrivedUs }) =>
    JSON.stringify({ payload: Buffer.from(bytes).toString(), subject, _seq: seq, _index: index, _arrived_at: isoOf(arrivedUs), ...whyOf(refusal) }));
  return section('rejected', 'ndjson', Buffer.from(lines.map((line) => `${line}\n`).join('')), lines.length);
}

function eventsOf(events: DataFrame, payloadBytesMax: number): RawEvent[] {
  const originOf = originsOf(events);
  return rowsNdjson(events).map((line, row) => {
    const json = Buffer.from(line);
    const bytes = json.length <= payloadBytesMax ? json : Buffer.alloc(0);
    return { bytes, start: 0, end: bytes.length, subject: '', msgId: undefined, ...originOf(row) };
  });
}

/** Where the event of a row came from. A SQL may leave these columns out: then `_seq` is 0, which no event has. */
function originsOf(events: DataFrame): (row: number) => Pick<RawEvent, 'seq' | 'index' | 'arrivedUs'> {
  const known = describe(events, originColumns.map(({ name }) => name).filter((name) => columnNames(events).includes(name)));
  if (!originColumns.every(({ name, type }) => known.some((column) => column.name === name && column.type.kind === type.kind))) return (row) => ({ seq: 0, index: row, arrivedUs: 0 });
  const columns = readColumns(writeFrame(events, 'uncompressed'));
  const seq = columns.column('_seq', Int64Column);
  const index = columns.column('_index', NumberColumn);
  const arrivedAt = columns.column('_arrived_at', Int64Column);
  return (row) => ({ seq: seq.number(row), index: index.number(row), arrivedUs: arrivedAt.number(row) });
}

/** Microseconds since the epoch as ISO 8601 UTC with microseconds. */
function isoOf(us: number): string {
  return `${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(((us % 1000) + 1000) % 1000).padStart(3, '0')}Z`;
}
