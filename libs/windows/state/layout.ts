/** How a window keeps its rows: which cells stand for which measure, given the types of the events' columns. */
import type { ColumnType } from '#columns/types/column-spec';
import type { Cells } from '../cells/cells.js';
import { ExactSumCells } from '../cells/exact-sum-cells.js';
import { type Extreme, extremeCells } from '../cells/extreme-cells.js';
import { IdCells } from '../cells/id-cells.js';
import { CountCells, FloatSumCells } from '../cells/sum-cells.js';
import { KeyCodec } from '../keys/key-codec.js';
import { distinctMeasures, inputsOf, type WindowSpec } from '../spec/window-spec.js';

/** One accumulator: how it is made of a column of events, and where its cells are. */
export interface Accumulator {
  readonly fn: 'sum' | 'count' | Extreme;
  /** Index among the inputs. */
  readonly input: number;
  /** Index among the cells of a row. */
  readonly cell: number;
}

export interface Distinct {
  readonly measure: string;
  readonly input: number;
  readonly codec: KeyCodec;
}

export interface Layout {
  readonly spec: WindowSpec;
  /** Columns of events that the window looks at besides the time, and their types. */
  readonly inputs: readonly string[];
  readonly types: readonly ColumnType[];
  /** Indices of the key's columns among the inputs. */
  readonly key: readonly number[];
  readonly keyCodec: KeyCodec;
  readonly accumulators: readonly Accumulator[];
  readonly distinct: readonly Distinct[];
  /** Cells of a row of keys: those at `eventsCell`, `revisionCell` and `idCell`, then the accumulators. */
  cells(): Cells[];
}

/** Number of events, those without any value included. */
export const eventsCell = 0;
/** How often the row was published. */
export const revisionCell = 1;
/** Number of the row in its window: values of distinct measures refer to it. */
export const idCell = 2;
const firstAccumulatorCell = 3;

const partsOf = { sum: ['sum', 'count'], avg: ['sum', 'count'], min: ['min'], max: ['max'] } as const;
const layouts = new WeakMap<WindowSpec, Map<string, Layout>>();

/** @param types of `inputsOf(spec)`, in order */
export function layoutOf(spec: WindowSpec, types: readonly ColumnType[]): Layout {
  const known = layouts.get(spec) ?? new Map<string, Layout>();
  layouts.set(spec, known);
  const signature = JSON.stringify(types);
  const layout = known.get(signature) ?? newLayout(spec, types);
  known.set(signature, layout);
  return layout;
}

/** Where the accumulator of a column is. */
export function cellOf({ inputs, accumulators }: Layout, fn: Accumulator['fn'], column: string): number {
  return accumulators.find((one) => one.fn === fn && inputs[one.input] === column)!.cell;
}

function newLayout(spec: WindowSpec, types: readonly ColumnType[]): Layout {
  const inputs = inputsOf(spec);
  const accumulators = accumulatorsOf(spec, inputs);
  const key = spec.key.map((name) => inputs.indexOf(name));
  return {
    spec,
    inputs,
    types,
    key,
    keyCodec: new KeyCodec(key.map((input) => types[input]!)),
    accumulators,
    distinct: distinctMeasures(spec).map(({ measure, column }) => ({
      measure,
      input: inputs.indexOf(column),
      codec: new KeyCodec([types[inputs.indexOf(column)]!]),
    })),
    cells: () => [
      new CountCells(),
      new CountCells(),
      new IdCells(),
      ...accumulators.map(({ fn, input }) => cellsOf(fn, types[input]!)),
    ],
  };
}

/** Measures over the same column share accumulators: avg(x) is sum(x) and count(x). */
function accumulatorsOf(spec: WindowSpec, inputs: readonly string[]): Accumulator[] {
  const found = new Map<string, Accumulator>();
  for (const measure of Object.values(spec.measures)) {
    if (measure.fn === 'count' || measure.fn === 'distinct') continue;
    const input = inputs.indexOf(measure.column);
    for (const fn of partsOf[measure.fn])
      if (!found.has(`${fn} ${input}`))
        found.set(`${fn} ${input}`, { fn, input, cell: firstAccumulatorCell + found.size });
  }
  return [...found.values()];
}

function cellsOf(fn: Accumulator['fn'], type: ColumnType): Cells {
  if (fn === 'count') return new CountCells();
  if (fn === 'min' || fn === 'max') return extremeCells(fn, type);
  return type.kind === 'float64' ? new FloatSumCells() : new ExactSumCells();
}
