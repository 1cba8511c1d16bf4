/** Takes events into windows. */
import type { DataFrame } from '#columns/polars/data-frames';
import { typedColumns } from '#columns/polars/typed-columns';
import { Int64Column } from '#columns/read/column-view';
import { inputsOf, type WindowSpec } from '../spec/window-spec.js';
import type { WindowState } from './state.js';
import type { WindowTable } from './window-table.js';

const usPerMs = 1000;
const inputs = new WeakMap<WindowSpec, readonly string[]>();

/**
 * Sums of integers and decimals are exact; float sums depend on the order of events. Events without a time are not counted; those of windows that are gone
 * are counted in `expiredEvents` and left out, because the totals of such a window are no longer known.
 */
export function foldEvents(state: WindowState, events: DataFrame): void {
  const { spec } = state;
  const names = inputs.get(spec) ?? inputsOf(spec);
  inputs.set(spec, names);
  const { rows, types, columns } = typedColumns(events, [...names, spec.eventTime]);
  const layout = state.setTypes(types.slice(0, -1));
  const time = columns[names.length];
  if (!(time instanceof Int64Column))
    throw new TypeError(`The event time ${spec.eventTime} of window ${spec.name} is no timestamp`);
  const key = layout.key.map((input) => columns[input]!);
  const sizeUs = spec.sizeMs * usPerMs;
  let startMs = Number.NaN;
  let table: WindowTable | undefined;
  for (let at = 0; at < rows; at++) {
    if (time.isNull(at)) continue;
    // Floored, also before 1970.
    const start = Math.floor(time.number(at) / sizeUs) * spec.sizeMs;
    if (start !== startMs) [startMs, table] = [start, state.open(start)];
    if (table) table.fold(columns, key, at);
    else state.expiredEvents += 1;
  }
}
