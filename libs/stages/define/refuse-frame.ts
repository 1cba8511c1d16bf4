/** Sets rows of input frames apart: a step runs on the others, and these go to section `rejected` with a reason. */
import type { Section } from '#frame/sections';
import type { InputFrame, StageState, StepLimits, StepRequest, StepResult } from '#frame/step';
import type { RefusedEvent } from '../rows/refuse-rows.js';
import type { Why } from '../rows/rejected-columns.js';
import type { Piece } from '../rows/split-rows.js';
import type { AnyStage, Refusal, StageTask } from './define-stage.js';

/** What refusing asks of a task. */
export interface Refuser extends Pick<StageTask, 'origin'> {
  readonly stage: Pick<AnyStage, 'kind' | 'section' | 'refuses'>;
}

/** Why a row is refused, by its place among those of the frame that the step works on; undefined: it is not. */
export type Whys = readonly (Why | undefined)[];

/** Whether the input of such a task holds events, and not partial sums, of which nobody can tell which events to refuse. */
export function holdsEvents({ stage }: Refuser): boolean {
  return stage.refuses !== undefined;
}

/** Who refuses, as quarantine says it. */
export function refuserOf(task: Refuser): string {
  return refusalOf(task).by(task.origin);
}

/** How many rows of a frame the step works on, and could do without. */
export function workRows(task: Refuser, { sections }: Pick<InputFrame, 'sections'>): number {
  return sections.reduce((sum, s) => (isWork(task, s) ? sum + s.rows : sum), 0);
}

/**
 * The frame with only some of the rows that the step works on. What passes through stays, and so does what the frame says about time.
 * @throws FrameReadError, DataFrameError when the frame cannot be read
 */
export function onlyRows(task: Refuser, frame: InputFrame, keeps: (row: number) => boolean): InputFrame {
  let before = 0;
  const sections = frame.sections.flatMap((s) => {
    if (!isWork(task, s)) return [s];
    const first = before;
    before += s.rows;
    const kept = Array.from({ length: s.rows }, (_, row) => row).filter((row) => keeps(first + row));
    if (kept.length === s.rows) return [s];
    return kept.length === 0 ? [] : [refusalOf(task).rows.pick(s, kept)];
  });
  return { ...frame, sections };
}

export interface SetApart<State extends StageState | undefined> {
  /** The request without these rows. */
  readonly rest: StepRequest<State>;
  /** What the step gives for the rest, with the refused rows in front. */
  join(result: StepResult<State>): StepResult<State>;
}

/**
 * Sets the rows apart that have a why. As rows of the step they come before all others.
 * @param whys by frame; undefined: all rows of the frame stay
 * @throws FrameReadError, DataFrameError when a frame cannot be read
 */
export function setApart<State extends StageState | undefined>(
  task: Refuser,
  request: StepRequest<State>,
  whys: readonly (Whys | undefined)[],
): SetApart<State> {
  const { frames, limits } = request;
  const all = frames.flatMap((frame, at) => (whys[at] ? refusedIn(task, frame, whys[at], limits) : []));
  const rest = frames.map((frame, at) =>
    whys[at] ? onlyRows(task, frame, (row) => whys[at]![row] === undefined) : frame,
  );
  const pieces = refusalOf(task).as(all.slice(limits.rowsDone), limits.frameBytesMax);
  return {
    rest: { ...request, frames: rest, limits: { ...limits, rowsDone: Math.max(0, limits.rowsDone - all.length) } },
    join: (result) => joined(result, all, pieces, limits),
  };
}

function joined<State extends StageState | undefined>(
  result: StepResult<State>,
  all: readonly RefusedEvent[],
  pieces: readonly Piece[],
  limits: StepLimits,
): StepResult<State> {
  let { rowsDone } = limits;
  const refused = pieces.map(({ sections, rows }) => {
    rowsDone += rows;
    return { sections, rowsDone };
  });
  const quarantined: Record<string, number> = { ...result.quarantined };
  for (const { why } of all) quarantined[why.reason] = (quarantined[why.reason] ?? 0) + 1;
  const output = [...refused, ...result.output.map((frame) => ({ ...frame, rowsDone: frame.rowsDone + all.length }))];
  return { ...result, quarantined, rowsAll: all.length + result.rowsAll, output };
}

function isWork({ stage }: Refuser, { name, rows }: Pick<Section, 'name' | 'rows'>): boolean {
  return stage.refuses !== undefined && rows > 0 && name === stage.section;
}

function refusalOf({ stage: { kind, refuses } }: Refuser): Refusal {
  if (!refuses) throw new Error(`${kind} cannot refuse single events`);
  return refuses;
}

function refusedIn(
  task: Refuser,
  { sections }: InputFrame,
  whys: Whys,
  { payloadBytesMax }: StepLimits,
): RefusedEvent[] {
  let before = 0;
  return sections
    .filter((s) => isWork(task, s))
    .flatMap((s) => {
      const first = before;
      before += s.rows;
      const places = Array.from({ length: s.rows }, (_, row) => row).filter((row) => whys[first + row] !== undefined);
      if (places.length === 0) return [];
      const events = refusalOf(task).rows.events(s, places, payloadBytesMax / 2);
      return events.map((event, i) => ({ event, why: whys[first + places[i]!]! }));
    });
}
