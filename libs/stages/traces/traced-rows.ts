/** Finds the rows of traced events in the sections of a frame. */

import { readColumnsOf } from '#columns/polars/read-columns-of';
import { BytesColumn, Int64Column, NumberColumn } from '#columns/read/column-view';
import { type PeekedColumns, peekColumns } from '#columns/read/peek-columns';
import { FrameReadError } from '#columns/read/read-columns';
import { DataFrameError } from '#columns/types/data-frame-error';
import type { Section } from '#frame/sections';
import type { TracedEvent } from '#frame/traces';

/** Events that are looked for, by front sequence; those found are taken out. */
export class Wanted {
  readonly #bySeq = new Map<number, TracedEvent[]>();
  #left = 0;

  constructor(events: readonly TracedEvent[]) {
    for (const event of events) {
      const same = this.#bySeq.get(event.seq);
      if (same) same.push(event);
      else this.#bySeq.set(event.seq, [event]);
      this.#left += 1;
    }
  }

  get left(): number {
    return this.#left;
  }

  take(seq: number, index: number): TracedEvent | undefined {
    const same = this.#bySeq.get(seq);
    const at = same?.findIndex((event) => event.index === index) ?? -1;
    if (!same || at < 0) return undefined;
    this.#left -= 1;
    return same.splice(at, 1)[0];
  }

  takeAll(): TracedEvent[] {
    const all = [...this.#bySeq.values()].flat();
    this.#bySeq.clear();
    this.#left = 0;
    return all;
  }
}

type Found<Value> = Array<readonly [TracedEvent, Value]>;

/** Takes out of `wanted` what has a row in the refused rows of `section`, with the reason. */
export function findRefused(section: Section, wanted: Wanted): Found<string> {
  if (section.encoding === 'ndjson') return findLines(section, wanted);
  const columns =
    peekColumns(section.data) ??
    decoded(section, 'reason', (reader) => {
      const reason = reader.column('reason', BytesColumn);
      return { text: () => (row: number) => reason.text(row) };
    });
  return findIn(columns, wanted, columns.text('reason'));
}

/** Takes out of `wanted` what has a row in `section`, with a time of the row, epoch ms. */
export function findTimes(section: Section, wanted: Wanted, column: string): Found<number> {
  const columns =
    peekColumns(section.data) ??
    decoded(section, column, (reader) => {
      const time = reader.column(column, Int64Column);
      return { int64: (name) => (name === column ? (row) => time.number(row) : seqOf(reader)) };
    });
  const timeUs = columns.int64(column);
  return findIn(columns, wanted, (row) => Math.floor(timeUs(row) / 1000));
}

/** Takes out of `wanted` what has a row in `section`. Undefined when its rows do not say where they came from: a SQL may leave that out, or change it. */
export function findRows(section: Section, wanted: Wanted): TracedEvent[] | undefined {
  try {
    return findIn(peekColumns(section.data) ?? decoded(section, '_seq', () => ({})), wanted, () => undefined).map(
      ([event]) => event,
    );
  } catch (error) {
    if (error instanceof DataFrameError || error instanceof FrameReadError || error instanceof RangeError)
      return undefined;
    throw error;
  }
}

type Decoded = ReturnType<typeof readColumnsOf>;

/** What polars wrote. */
function decoded(section: Section, name: string, more: (reader: Decoded) => Partial<PeekedColumns>): PeekedColumns {
  const reader = readColumnsOf(section.data, [...new Set(['_seq', '_index', name])]);
  const index = reader.column('_index', NumberColumn);
  const none = (): never => {
    throw new RangeError(`column ${name} was not read`);
  };
  return {
    rows: reader.rows,
    int64: () => seqOf(reader),
    int32: () => (row) => index.number(row),
    text: none,
    ...more(reader),
  };
}

function seqOf(reader: Decoded): (row: number) => number {
  const seq = reader.column('_seq', Int64Column);
  return (row) => seq.number(row);
}

function findIn<Value>(columns: PeekedColumns, wanted: Wanted, valueAt: (row: number) => Value): Found<Value> {
  const [seq, index] = [columns.int64('_seq'), columns.int32('_index')];
  const found: Array<readonly [TracedEvent, Value]> = [];
  for (let row = 0; row < columns.rows && wanted.left > 0; row++) {
    const event = wanted.take(seq(row), index(row));
    if (event) found.push([event, valueAt(row)]);
  }
  return found;
}

interface RefusedLine {
  readonly _seq: number;
  readonly _index: number;
  readonly reason: string;
}

function findLines({ data }: Section, wanted: Wanted): Found<string> {
  const found: Array<readonly [TracedEvent, string]> = [];
  for (const line of Buffer.from(data).toString().split('\n')) {
    if (line === '' || wanted.left === 0) continue;
    const { _seq, _index, reason } = JSON.parse(line) as RefusedLine;
    const event = wanted.take(_seq, _index);
    if (event) found.push([event, reason]);
  }
  return found;
}
