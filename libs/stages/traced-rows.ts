/** Finds the rows of traced events in the sections of a frame. */
import { FrameReadError } from '#columns/arrow-reader';
import { BytesColumn, Int64Column, NumberColumn } from '#columns/arrow-view';
import { FrameError } from '#columns/frames';
import { readColumnsOf } from '#columns/read-columns-of';
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

  rest(): TracedEvent[] {
    return [...this.#bySeq.values()].flat();
  }

  takeAll(): TracedEvent[] {
    const all = this.rest();
    this.#bySeq.clear();
    this.#left = 0;
    return all;
  }
}

/** Takes out of `wanted` what has a row in the refused rows of `section`, with the reason. */
export function findRefused(section: Section, wanted: Wanted): Array<readonly [TracedEvent, reason: string]> {
  return section.encoding === 'ndjson' ? findLines(section, wanted) : findIn(section, wanted, 'reason', BytesColumn, (reason, row) => reason.text(row));
}

/** Takes out of `wanted` what has a row in `section`. Undefined when its rows do not say where they came from: a SQL may leave that out. */
export function findRows(section: Section, wanted: Wanted): TracedEvent[] | undefined {
  return known(() => findIn(section, wanted, '_seq', Int64Column, () => '').map(([event]) => event));
}

/** The same, with a time of each row, epoch ms; nothing when the rows do not say where they came from. */
export function findTimes(section: Section, wanted: Wanted, column: string): Array<readonly [TracedEvent, atMs: number]> {
  return known(() => findIn(section, wanted, column, Int64Column, (time, row) => Math.floor(time.number(row) / 1000))) ?? [];
}

type ColumnKind<C> = new (...args: never[]) => C;

function findIn<C extends BytesColumn | Int64Column, Value>(section: Section, wanted: Wanted, name: string, kind: ColumnKind<C>, valueAt: (column: C, row: number) => Value): Array<readonly [TracedEvent, Value]> {
  const columns = readColumnsOf(section.data, [...new Set(['_seq', '_index', name])]);
  const seq = columns.column('_seq', Int64Column);
  const index = columns.column('_index', NumberColumn);
  const more = columns.column(name, kind);
  const found: Array<readonly [TracedEvent, Value]> = [];
  for (let row = 0; row < columns.rows && wanted.left > 0; row++) {
    const event = wanted.take(seq.number(row), index.number(row));
    if (event) found.push([event, valueAt(more, row)]);
  }
  return found;
}

/** Undefined when columns are absent or of another type than Afluente gives them: a SQL may do so. */
function known<Found>(find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof FrameError || error instanceof FrameReadError) return undefined;
    throw error;
  }
}

interface RefusedLine {
  readonly _seq: number;
  readonly _index: number;
  readonly reason: string;
}

function findLines({ data }: Section, wanted: Wanted): Array<readonly [TracedEvent, string]> {
  const found: Array<readonly [TracedEvent, string]> = [];
  for (const line of Buffer.from(data).toString().split('\n')) {
    if (line === '' || wanted.left === 0) continue;
    const { _seq, _index, reason } = JSON.parse(line) as RefusedLine;
    const event = wanted.take(_seq, _index);
    if (event) found.push([event, reason]);
  }
  return found;
}
