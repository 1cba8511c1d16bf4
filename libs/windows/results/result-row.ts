/** One row of results as a line of JSON, or why it has none. */
import { sameCells } from '../cells/cells.js';
import type { ExactSumCells } from '../cells/exact-sum-cells.js';
import type { ExtremeCells } from '../cells/extreme-cells.js';
import { CountCells, FloatSumCells } from '../cells/sum-cells.js';
import type { Shard } from '../keys/shard.js';
import { decimalText, floatText, timeText, valueText } from '../keys/value-text.js';
import type { Measure } from '../spec/measure.js';
import { cellOf, eventsCell, type Layout, revisionCell } from '../state/layout.js';
import type { WindowTable } from '../state/window-table.js';

/** A row of which a measure does not fit into its column. */
export interface RefusedRow {
  readonly measure: string;
  /** The measure as the pipeline has it, and its value. */
  readonly what: string;
  /** The row as it is published: null for what does not fit, so that no older value stays the latest one. Ends with a newline. */
  readonly line: string;
  /** The same with what does not fit as text. */
  readonly json: string;
  /** End of the window, epoch ms. */
  readonly endMs: number;
}

/** Writes the rows of one window. */
export interface RowWriter {
  /** A line that ends with a newline, or more where something does not fit. The row gets the next revision. */
  write(shard: Shard, row: number): string | RefusedRow;
}

/** Reads one measure of a row: its JSON, and what is said of it when it does not fit. */
type Reader = (shard: Shard, row: number) => { readonly text: string; readonly problem?: string };

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const decimalMax = 10n ** 38n - 1n;

/**
 * Lines are JSON objects, columns in order: window_start, window_end (ISO 8601 UTC, milliseconds only when windows are not whole seconds), the key,
 * the measures, revision.
 */
export function rowWriter(layout: Layout, table: WindowTable, startMs: number): RowWriter {
  const { spec, keyCodec } = layout;
  const endMs = startMs + spec.sizeMs;
  const whole = spec.sizeMs % 1000 === 0;
  const front = `{"window_start":"${timeText(startMs, whole)}","window_end":"${timeText(endMs, whole)}"`;
  const keys = spec.key.map((name) => `,${JSON.stringify(name)}:`);
  const readers = Object.entries(spec.measures).map(([name, measure]) => ({
    name,
    label: `,${JSON.stringify(name)}:`,
    read: readerOf(layout, table, name, measure),
  }));
  return {
    write(shard, row) {
      const texts = keyCodec.texts(shard.keys, shard.keyStart(row), shard.keyEnd(row));
      let json = front;
      for (let i = 0; i < keys.length; i++) json += keys[i]! + texts[i]!;
      let refused: Pick<RefusedRow, 'measure' | 'what'> | undefined;
      let line: string | undefined;
      for (const { name, label, read } of readers) {
        const { text, problem } = read(shard, row);
        if (problem !== undefined) {
          refused ??= { measure: name, what: problem };
          line = `${line ?? json}${label}null`;
        } else if (line !== undefined) line += label + text;
        json += label + text;
      }
      const revisions = sameCells(shard.cells[revisionCell]!, CountCells).values;
      const revision = revisions[row]! + 1;
      revisions[row] = revision;
      const end = `,"revision":${revision}}`;
      return refused ? { ...refused, line: `${line}${end}\n`, json: json + end, endMs } : `${json}${end}\n`;
    },
  };
}

function readerOf(layout: Layout, table: WindowTable, name: string, measure: Measure): Reader {
  if (measure.fn === 'count')
    return (shard, row) => ({ text: String((shard.cells[eventsCell] as CountCells).values[row]) });
  if (measure.fn === 'distinct') {
    const at = layout.distinct.findIndex((one) => one.measure === name);
    return (shard, row) => ({ text: String(table.valuesOf(at, shard, row)) });
  }
  const type = layout.types[layout.inputs.indexOf(measure.column)]!;
  if (measure.fn === 'min' || measure.fn === 'max') {
    const cell = cellOf(layout, measure.fn, measure.column);
    return (shard, row) => ({ text: valueText((shard.cells[cell] as ExtremeCells).value(row), type) });
  }
  const sumCell = cellOf(layout, 'sum', measure.column);
  const countCell = cellOf(layout, 'count', measure.column);
  const scale = type.kind === 'decimal' ? type.scale : undefined;
  const read =
    measure.fn === 'sum' ? sumReader(`sum(${measure.column})`, scale) : averageReader(`avg(${measure.column})`, scale);
  return (shard, row) => {
    const count = (shard.cells[countCell] as CountCells).values[row]!;
    return count === 0 ? { text: 'null' } : read(shard.cells[sumCell] as ExactSumCells | FloatSumCells, row, count);
  };
}

type SumReader = (sums: ExactSumCells | FloatSumCells, row: number, count: number) => ReturnType<Reader>;

function sumReader(what: string, scale: number | undefined): SumReader {
  return (sums, row) => {
    if (sums instanceof FloatSumCells) return { text: floatText(sums.values[row]!) };
    const small = sums.small(row);
    if (small !== undefined && scale === undefined) return { text: String(small) };
    const value = sums.value(row);
    if (value === undefined) return beyond(what);
    const text = scale === undefined ? String(value) : decimalText(value, scale);
    if (scale === undefined ? value >= int64Min && value <= int64Max : value >= -decimalMax && value <= decimalMax)
      return { text: scale === undefined ? text : `"${text}"` };
    return {
      text: `"${text}"`,
      problem: `${what} is ${text}, more than ${scale === undefined ? 'int64' : `decimal(38,${scale})`} can hold`,
    };
  };
}

function averageReader(what: string, scale: number | undefined): SumReader {
  return (sums, row, count) => {
    if (sums instanceof FloatSumCells) return { text: floatText(sums.values[row]! / count) };
    const small = sums.small(row);
    if (small !== undefined && scale === undefined) return { text: floatText(small / count) };
    const value = sums.value(row);
    return value === undefined ? beyond(what) : { text: floatText(Number(decimalText(value, scale ?? 0)) / count) };
  };
}

function beyond(what: string): ReturnType<Reader> {
  return { text: 'null', problem: `${what} has grown beyond all that can be counted` };
}
