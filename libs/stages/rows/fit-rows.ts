/** Rows that another version of the pipeline took, as this one has them: without loss, or refused, each alone. */
import { fitColumns, type Misfit } from '#columns/casts/fit-columns';
import { type DataFrame, pickRows } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import { pointerTo } from '#contract/values/rejection';
import { eventsOf, type RefusedEvent, whyOf } from './refuse-rows.js';
import type { Why } from './rejected-columns.js';

export interface FittedRows {
  readonly rows: DataFrame;
  readonly refused: readonly RefusedEvent[];
}

/** Undefined when all are as they should be. @param by who refuses them */
export function fitRows(
  rows: DataFrame,
  columns: readonly ColumnSpec[],
  by: string,
  payloadBytesMax: number,
): FittedRows | undefined {
  const fitted = fitColumns(rows, columns);
  if (!fitted) return undefined;
  const places = [...fitted.misfits.keys()];
  const events = places.length === 0 ? [] : eventsOf(pickRows(rows, places), payloadBytesMax);
  return {
    rows: fitted.rows,
    refused: events.map((event, at) => ({ event, why: whyOfMisfit(fitted.misfits.get(places[at]!)!, by) })),
  };
}

export function whyOfMisfit({ column, missing, message }: Misfit, by: string): Why {
  return whyOf(by, missing ? 'missing_field' : 'type_changed', message, pointerTo('', column));
}
