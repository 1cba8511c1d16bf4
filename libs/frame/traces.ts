/** The header `Afl-Traces` of a frame: the traced events in it, and when it was made. Whoever reads it can tell the same spans as who wrote it. */

/** What became of an event in a stage. `filtered`: the SQL of enrich left its row out. */
export type Outcome = 'ok' | 'rejected' | 'late' | 'duplicate' | 'filtered';

/** One traced event, as the stage that made the frame leaves it. */
export interface TracedEvent {
  /** `_seq` and `_index` of its rows: its place in the front stream. */
  readonly seq: number;
  readonly index: number;
  readonly outcome: Outcome;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Span of the stage that made the frame: the parent of the next stage's. 16 hexadecimal digits. */
  readonly spanId: string;
  /** Parent of that span; undefined where the trace begins. */
  readonly parentId: string | undefined;
  /** From ingest: when the front stream stored the event, epoch µs. Of accepted ones: event time, epoch ms; from windows, the start of its window. Of refused ones: the reason. */
  readonly detail: string;
}

export interface FrameTraces {
  /** When the work on the frame began and when it was made, epoch µs. */
  readonly startUs: number;
  readonly endUs: number;
  /** Traced events of the frame that found no room in the header. */
  readonly leftOut: number;
  readonly events: readonly TracedEvent[];
}

/** Traced events of one frame: about 10 KB of header, within the room that frames leave for headers (libs/runtime/logs/payload-limits.ts). */
export const tracedEventsMax = 100;

const letters = { ok: 'o', rejected: 'r', late: 'l', duplicate: 'd', filtered: 'f' } as const satisfies Record<
  Outcome,
  string
>;
const outcomes: ReadonlyMap<string, Outcome> = new Map(
  Object.entries(letters).map(([outcome, letter]) => [letter, outcome as Outcome]),
);
const noLetter = '-';

/** What a header has room for. */
export function withinBound(traces: FrameTraces): FrameTraces {
  const { events, leftOut } = traces;
  return events.length <= tracedEventsMax
    ? traces
    : { ...traces, events: events.slice(0, tracedEventsMax), leftOut: leftOut + events.length - tracedEventsMax };
}

/** `<start µs>,<end µs>,<left out>;<seq>,<index>,<outcome>,<trace>,<span>,<parent or ->,<detail>;…` */
export function encodeTraces({ startUs, endUs, leftOut, events }: FrameTraces): string {
  let text = `${startUs},${endUs},${leftOut}`;
  for (const { seq, index, outcome, traceId, spanId, parentId = noLetter, detail } of events)
    text += `;${seq},${index},${letters[outcome]},${traceId},${spanId},${parentId},${detail}`;
  return text;
}

/** Reads the header back; undefined when it is of another form, e.g. of a newer version: traces are no reason to stop. */
export function decodeTraces(text: string): FrameTraces | undefined {
  const [facts = '', ...entries] = text.split(';');
  const [startUs, endUs, leftOut] = facts.split(',').map(Number);
  const events = entries.map(decodeEvent);
  if (!isCount(startUs) || !isCount(endUs) || !isCount(leftOut) || !events.every((event) => event !== undefined))
    return undefined;
  return { startUs, endUs, leftOut, events };
}

function decodeEvent(entry: string): TracedEvent | undefined {
  const [seq, index, letter = '', traceId, spanId, parentId, detail] = entry.split(',');
  const outcome = outcomes.get(letter);
  if (
    outcome === undefined ||
    traceId === undefined ||
    spanId === undefined ||
    parentId === undefined ||
    detail === undefined
  )
    return undefined;
  return {
    seq: Number(seq),
    index: Number(index),
    outcome,
    traceId,
    spanId,
    parentId: parentId === noLetter ? undefined : parentId,
    detail,
  };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}
