/** Mergeable partial results of one batch of events, and their bytes. */
import { type DataFrame, intAt, readFrame, rowCount, writeFrame } from '#columns/frames';
import { startColumn } from './accumulators.js';

/**
 * One row per (window, key): accumulators, sorted by window and key; and for each distinct measure the different values.
 * `startMinMs` and `startMaxMs` bound the window starts, epoch ms (Infinity and -Infinity when there are no rows).
 */
export interface Delta {
  readonly rows: number;
  readonly startMinMs: number;
  readonly startMaxMs: number;
  readonly table: DataFrame;
  readonly distinct: ReadonlyMap<string, DataFrame>;
}

/** A named table of a frame, as bytes (Arrow IPC). */
export interface DeltaSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly rows: number;
}

const mainSection = 'delta';

/** Sections `delta` and, for each distinct measure, `delta.<measure>`. */
export function encodeDelta(delta: Delta): DeltaSection[] {
  const distinct = [...delta.distinct].map(([measure, table]) => section(`${mainSection}.${measure}`, table));
  return [section(mainSection, delta.table), ...distinct];
}

/** Reads the delta sections among the sections of a frame; throws when there is none. */
export function decodeDelta(sections: readonly Pick<DeltaSection, 'name' | 'bytes'>[]): Delta {
  const main = sections.find(({ name }) => name === mainSection);
  if (main === undefined) throw new Error(`A frame without section ${mainSection} holds no delta; it has: ${sections.map(({ name }) => name).join(', ') || 'none'}`);
  const distinct = sections
    .filter(({ name }) => name.startsWith(`${mainSection}.`))
    .map(({ name, bytes }) => [name.slice(mainSection.length + 1), readFrame(bytes)] as const);
  return deltaOf(readFrame(main.bytes), new Map(distinct));
}

/** A delta from its tables, which are sorted by window. */
export function deltaOf(table: DataFrame, distinct: ReadonlyMap<string, DataFrame>): Delta {
  const rows = rowCount(table);
  if (rows === 0) return { rows, startMinMs: Infinity, startMaxMs: -Infinity, table, distinct };
  return { rows, startMinMs: intAt(table, startColumn, 0), startMaxMs: intAt(table, startColumn, rows - 1), table, distinct };
}

function section(name: string, table: DataFrame): DeltaSection {
  return { name, bytes: writeFrame(table, 'lz4'), rows: rowCount(table) };
}
