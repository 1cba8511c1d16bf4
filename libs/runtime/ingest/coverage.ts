/** How far a raw log has come in the front stream, as its last frame says. */
import type { LastFrame } from '#nats/streams/last-frame';
import type { FrontPosition } from '../front/front-message.js';

/** How far a raw log covers the front stream: all of `seq`, and the first `events` events of the message behind it. */
export interface Coverage {
  readonly seq: number;
  readonly events: number;
}

/** What a log has read whose last frame this is. */
export function readThrough(last: LastFrame): FrontPosition {
  const {
    inputs: [front],
    frontMs,
  } = last.head;
  return {
    created: front!.created,
    seq: coverageOf(last, 0).seq,
    newest: frontMs === undefined ? undefined : { seq: front!.last, storedMs: frontMs },
  };
}

/** @param before what a log without a frame covers */
export function coverageOf(last: LastFrame | undefined, before: number): Coverage {
  if (!last) return { seq: before, events: 0 };
  const { row } = last.head;
  const through = last.head.inputs[0]!.last;
  return row && row.done < row.all ? { seq: through - 1, events: row.done } : { seq: through, events: 0 };
}
