/** Adds partials to the state of a window. */
import type { CountCells } from '../cells/sum-cells.js';
import { eventsCell } from './layout.js';
import type { Partials } from './partials.js';
import type { WindowState } from './state.js';
import type { WindowTable } from './window-table.js';

/** Events of windows that are gone are counted in `expiredEvents` and left out: their totals are no longer known. */
export function apply(state: WindowState, { types, windows }: Partials): void {
  state.setTypes(types);
  for (const [startMs, table] of windows) {
    const into = state.open(startMs);
    if (into) into.merge(table);
    else state.expiredEvents += eventsIn(table);
  }
}

function eventsIn({ keys }: WindowTable): number {
  let events = 0;
  for (const { cells, rows } of keys.shards())
    for (let row = 0; row < rows; row++) events += (cells[eventsCell] as CountCells).values[row]!;
  return events;
}
