/** What quarantine says of a window's row of which a measure does not fit into its column: the row is published with null there. */
import type { Reason } from '#contract/values/reason';
import type { RefusedRow } from '#windows/results/result-row';
import { messageCharactersMax } from '../rows/refuse-rows.js';

/** A line of section `rejected`: no event is to blame, so there is no `_seq`; its time is the end of the window. */
export function refusedResult(
  window: string,
  { measure, what, json, endMs }: RefusedRow,
  payloadBytesMax: number,
): string {
  const reason: Reason = 'sum_out_of_range';
  return `${JSON.stringify({
    payload: Buffer.byteLength(json) <= payloadBytesMax ? json : '',
    subject: '',
    _seq: 0,
    _index: 0,
    _arrived_at: `${new Date(endMs).toISOString().slice(0, -1)}000Z`,
    reason,
    pointer: `/${measure}`,
    message: `window ${window}: ${what}`.slice(0, messageCharactersMax),
  })}\n`;
}
