/** What becomes of frames on which a step fails: their rows go to section `rejected`, whole, and the step runs on what is left. */
import { rowCount, slice } from '#columns/frames';
import type { InputFrame, StepLimits } from '#frame/step';
import { section, type Section } from '#frame/sections';
import { okRows } from './ok-rows.js';
import { rawRows } from './raw-rows.js';
import { refuseRows, refuseRowsAsLines, whyOf, type Refusal } from './refuse-rows.js';
import { RejectedFrame } from './rejected-columns.js';
import { splitRows, type Piece } from './split-rows.js';
import type { LogTaskSpec } from './topology.js';

type Task = Pick<LogTaskSpec, 'kind' | 'of'>;

/** Whether the input of such a task holds events. That of merge holds partial sums: nobody can tell which events to refuse. */
export function holdsEvents({ kind }: Task): boolean {
  return kind !== 'merge';
}

/** Rows of these frames that would be refused. */
export function rowsToRefuse(task: Task, frames: readonly InputFrame[]): number {
  return frames.reduce((sum, { sections }) => sections.reduce((rows, s) => (isWork(task, s) ? rows + s.rows : rows), sum), 0);
}

/** The frames without the rows the step works on: what passes through stays, and so does what the frames say about time. */
export function withoutRows(task: Task, frames: readonly InputFrame[]): InputFrame[] {
  return frames.map((frame) => ({ ...frame, sections: frame.sections.filter((s) => !isWork(task, s)) }));
}

/**
 * Sections `rejected` with the rows of these frames, reason `step_failed`; the first `limits.rowsDone` rows are left out.
 * @throws FrameReadError, FrameError when the frames cannot be read
 */
export function refusedPieces(task: Task, frames: readonly InputFrame[], message: string, limits: StepLimits): Piece[] {
  const refusal: Refusal = { by: nameOf(task), reason: 'step_failed', message };
  return task.kind === 'validate' ? refusedRaw(task, frames, refusal, limits) : refusedEvents(task, frames, refusal, limits);
}

function isWork({ kind }: Task, { name, rows }: Section): boolean {
  return rows > 0 && (kind === 'validate' || name === 'ok');
}

function nameOf({ kind, of }: Task): string {
  return kind === 'validate' || kind === 'enrich' ? kind : `window ${of}`;
}

function refusedRaw(task: Task, frames: readonly InputFrame[], refusal: Refusal, { frameBytesMax, rowsDone }: StepLimits): Piece[] {
  const why = whyOf(refusal);
  const rejected = new RejectedFrame();
  const pieces: Piece[] = [];
  const cut = (): void => {
    const { rows } = rejected;
    if (rows > 0) pieces.push({ sections: [section('rejected', 'arrow', rejected.take(), rows)], rows });
  };
  let before = 0;
  for (const { data } of frames.flatMap(({ sections }) => sections.filter((s) => isWork(task, s)))) {
    const raw = rawRows(data);
    for (let row = 0; row < raw.rows; row++) {
      if (before++ < rowsDone) continue;
      if (rejected.bytes + raw.end(row) - raw.start(row) > frameBytesMax) cut();
      rejected.append(raw.event(row), why);
    }
  }
  cut();
  return pieces;
}

/** The results of a window are followed by any client, as lines of JSON: so are its refused rows. */
function refusedEvents(task: Task, frames: readonly InputFrame[], refusal: Refusal, limits: StepLimits): Piece[] {
  const events = okRows(frames);
  if (!events || rowCount(events) <= limits.rowsDone) return [];
  const refuse = task.kind === 'window' ? refuseRowsAsLines : refuseRows;
  return splitRows(slice(events, limits.rowsDone, rowCount(events) - limits.rowsDone), limits.frameBytesMax, (rows) => [refuse(rows, refusal, limits.payloadBytesMax / 2)]);
}
