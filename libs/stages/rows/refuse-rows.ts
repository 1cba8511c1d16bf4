/** Turns rows back into refused events: for quarantine, from whichever stage they did not get through. */

import { columnNames, type DataFrame, writeDataFrame } from '#columns/polars/data-frames';
import { describe } from '#columns/polars/describe';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { Int64Column, NumberColumn } from '#columns/read/column-view';
import { readColumns } from '#columns/read/read-columns';
import type { Reason } from '#contract/values/reason';
import { type Section, section } from '#frame/sections';
import { originColumns, type RawEvent } from '../raw/raw-columns.js';
import { RejectedFrame, type Why } from './rejected-columns.js';
import type { Piece } from './split-rows.js';

export const messageCharactersMax = 300;

/** Reasons of the stages behind validate. */
export const laterReasons: readonly Reason[] = ['step_failed', 'too_large', 'missing_field', 'type_changed'];

/** An event and why it is refused. */
export interface RefusedEvent {
  readonly event: RawEvent;
  readonly why: Why;
}

/** Why rows are refused, as quarantine says it. @param by who refuses, e.g. `enrich` or `window revenue` @param pointer JSON pointer into the event; '' is the whole */
export function whyOf(by: string, reason: Reason, message: string, pointer = ''): Why {
  return { reason, pointer, message: `${by}: ${message}`.slice(0, messageCharactersMax) };
}

/** One section `rejected` of them all. */
export function rejectedSection(refused: readonly RefusedEvent[]): Section {
  const rejected = new RejectedFrame();
  for (const { event, why } of refused) rejected.append(event, why);
  return section('rejected', 'arrow', rejected.take(), refused.length);
}

/** The same in sections of about `bytesMax`. */
export function rejectedPieces(refused: readonly RefusedEvent[], bytesMax: number): Piece[] {
  const rejected = new RejectedFrame();
  const pieces: Piece[] = [];
  const cut = (): void => {
    const { rows } = rejected;
    if (rows > 0) pieces.push({ sections: [section('rejected', 'arrow', rejected.take(), rows)], rows });
  };
  for (const { event, why } of refused) {
    if (rejected.bytes + event.end - event.start > bytesMax) cut();
    rejected.append(event, why);
  }
  cut();
  return pieces;
}

/** The same as lines of JSON: for logs that any client follows. */
export function rejectedLines(refused: readonly RefusedEvent[], bytesMax: number): Piece[] {
  const pieces: Piece[] = [];
  let lines: Buffer[] = [];
  let bytes = 0;
  const cut = (): void => {
    if (lines.length > 0)
      pieces.push({
        sections: [section('rejected', 'ndjson', Buffer.concat(lines), lines.length)],
        rows: lines.length,
      });
    [lines, bytes] = [[], 0];
  };
  for (const one of refused) {
    const line = Buffer.from(`${lineOf(one)}\n`);
    if (bytes + line.length > bytesMax) cut();
    lines.push(line);
    bytes += line.length;
  }
  cut();
  return pieces;
}

function lineOf({ event: { bytes, start, end, subject, seq, index, arrivedUs }, why }: RefusedEvent): string {
  return JSON.stringify({
    payload: Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString(),
    subject,
    _seq: seq,
    _index: index,
    _arrived_at: isoOf(arrivedUs),
    ...why,
  });
}

/**
 * Rows behind validate as events. Their payload is the row as JSON, or nothing where that would take more than `payloadBytesMax`;
 * the event's own bytes are in bronze under the same `_seq` and `_index`.
 */
export function eventsOf(rows: DataFrame, payloadBytesMax: number): RawEvent[] {
  const originOf = originsOf(rows);
  return rowsNdjson(rows).map((line, row) => {
    const json = Buffer.from(line);
    const bytes = json.length <= payloadBytesMax ? json : Buffer.alloc(0);
    return { bytes, start: 0, end: bytes.length, subject: '', msgId: undefined, ...originOf(row) };
  });
}

/** Where the event of a row came from. A SQL may leave these columns out: then `_seq` is 0, which no event has. */
function originsOf(events: DataFrame): (row: number) => Pick<RawEvent, 'seq' | 'index' | 'arrivedUs'> {
  const known = describe(
    events,
    originColumns.map(({ name }) => name).filter((name) => columnNames(events).includes(name)),
  );
  if (
    !originColumns.every(({ name, type }) =>
      known.some((column) => column.name === name && column.type.kind === type.kind),
    )
  )
    return (row) => ({ seq: 0, index: row, arrivedUs: 0 });
  const columns = readColumns(writeDataFrame(events, 'uncompressed'));
  const seq = columns.column('_seq', Int64Column);
  const index = columns.column('_index', NumberColumn);
  const arrivedAt = columns.column('_arrived_at', Int64Column);
  return (row) => ({ seq: seq.number(row), index: index.number(row), arrivedUs: arrivedAt.number(row) });
}

/** Microseconds since the epoch as ISO 8601 UTC with microseconds. */
function isoOf(us: number): string {
  return `${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(((us % 1000) + 1000) % 1000).padStart(3, '0')}Z`;
}
