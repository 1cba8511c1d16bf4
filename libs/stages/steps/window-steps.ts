/** The steps of aggregate: `reduce` and `merge` for windows over all partitions, `window` where one partition suffices. */
import { type DataFrame, rowCount, slice } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import { isSame } from '#columns/types/merged-type';
import { typeNameOf } from '#columns/types/type-name';
import { type Section, section } from '#frame/sections';
import {
  atOnce,
  type InputFrame,
  lastHead,
  later,
  type OutputFrame,
  type Pieces,
  type Saved,
  type Step,
  type StepLimits,
  type StepResult,
  UnreadableStateError,
} from '#frame/step';
import { hashSeed } from '#windows/keys/keyed-hash';
import { emit } from '#windows/results/emit';
import type { RefusedRow } from '#windows/results/result-row';
import { inputsOf, type WindowSpec } from '#windows/spec/window-spec';
import { apply } from '#windows/state/apply';
import { foldEvents } from '#windows/state/fold-events';
import { decodePartials, encodePartials, reduce } from '#windows/state/partials';
import { cutLines } from '../rows/cut-lines.js';
import { okRows } from '../rows/ok-rows.js';
import { splitRows } from '../rows/split-rows.js';
import { refusedResult } from './refused-result.js';
import { type InputClock, WindowTaskState } from './window-task-state.js';

export interface WindowStepOptions {
  /** For tests: rows that are published at once, as `emit` has it. All processes of a pipeline must agree. */
  readonly emitRowsMax?: number;
  /** What the window looks at: a state of other types is not its own. */
  readonly columns?: readonly ColumnSpec[];
}

/** Events → mergeable partials, frame by frame. */
export function reduceStep(spec: WindowSpec): Step<undefined> {
  return ({ frames, limits }) => {
    const events = okRows(frames);
    const { watermarkMs, idle } = lastHead(frames);
    const seed = hashSeed(frames[0]!.hash);
    const encode = (piece: DataFrame): Section[] => {
      const { bytes, rows } = encodePartials(reduce(piece, spec, seed));
      return [section('partials', 'packed', bytes, rows)];
    };
    return { state: undefined, ...deltasOf(events, limits, encode), watermarkMs, idle };
  };
}

/** Events of one partition → results, where the window's key holds the partition key. */
export function windowStep(spec: WindowSpec, options?: WindowStepOptions): Step<WindowTaskState> {
  return windowTask(spec, [1], options, ({ windows }, frames) => {
    const events = okRows(frames);
    if (events) foldEvents(windows, events);
  });
}

/**
 * Deltas of all partitions → results, under the least watermark.
 * @param inputs how many of each generation, the oldest first
 */
export function mergeStep(
  spec: WindowSpec,
  inputs: readonly number[],
  options?: WindowStepOptions,
): Step<WindowTaskState> {
  return windowTask(spec, inputs, options, ({ windows }, frames) => {
    const partials = frames.flatMap(({ sections }) =>
      sections.filter(({ name, rows }) => name === 'partials' && rows > 0),
    );
    for (const { data } of partials) apply(windows, decodePartials(data, spec, windows.seed));
  });
}

function windowTask(
  spec: WindowSpec,
  inputs: readonly number[],
  options: WindowStepOptions | undefined,
  take: (state: WindowTaskState, frames: readonly InputFrame[]) => void,
): Step<WindowTaskState> {
  const inputCount = inputs.reduce((sum, one) => sum + one, 0);
  const restore = (saved: Saved): Pieces<WindowTaskState> => WindowTaskState.restore(saved, spec, inputCount);
  const step: Step<WindowTaskState> = ({ frames, state, saved, limits, reachedMs = null }) => {
    const current = state ?? (saved ? atOnce(restore(saved)) : WindowTaskState.begin(spec, inputCount, frames));
    checkTypes(spec, current, options?.columns);
    take(current, frames);
    current.publishedMs = later(current.publishedMs, reachedMs);
    return publish(spec, current, inputs, frames, limits, options);
  };
  return Object.assign(step, { restore });
}

/** A window whose log says nothing of types, for it was made by an earlier version. @throws UnreadableStateError */
function checkTypes(
  spec: WindowSpec,
  { windows: { layout } }: WindowTaskState,
  columns: readonly ColumnSpec[] | undefined,
): void {
  const changed =
    columns &&
    layout &&
    inputsOf(spec)
      .map((name, at) => ({ name, was: layout.types[at]!, is: columns.find((column) => column.name === name)!.type }))
      .find(({ was, is }) => !isSame(was, is));
  if (changed)
    throw new UnreadableStateError(
      `window ${spec.name} has computed with column "${changed.name}" as ${typeNameOf(changed.was)}, and the pipeline now says ${typeNameOf(changed.is)}. Put the old type back, or give the window another name`,
    );
}

/**
 * Moves the clocks, then publishes what is due: closed windows, corrections, and on silence what the open windows hold so far. That may be more than one
 * step gives out: then the step asks to go on, with or without frames, and time stands still until all is out.
 */
function publish(
  spec: WindowSpec,
  state: WindowTaskState,
  inputs: readonly number[],
  frames: readonly InputFrame[],
  limits: StepLimits,
  { emitRowsMax }: WindowStepOptions = {},
): StepResult<WindowTaskState> {
  for (const { input, head } of frames)
    state.clocks[input] = {
      watermarkMs: later(state.clocks[input]!.watermarkMs, head.watermarkMs),
      idle: head.idle,
      ...(head.closed && { closed: true }),
    };
  const clocks = clocksThatCount(state.clocks, inputs);
  const idle = clocks.every((clock) => clock.idle);
  // Whoever takes the windows over finds nothing in them that is not published.
  const ended = clocks.every(({ closed }) => closed);
  const closeMs = closingWatermark(clocks);
  const { lines, refused, more } = emit(state.windows, {
    closeMs,
    purgeMs: leastWatermark(clocks),
    flush: idle || ended,
    ...(emitRowsMax !== undefined && { rowsMax: emitRowsMax }),
  });
  if (!more) state.publishedMs = later(state.publishedMs, closeMs);
  return {
    state,
    ...resultsOf(spec, lines, refused, limits),
    watermarkMs: state.publishedMs,
    idle: idle && !more,
    ...(more && { more }),
  };
}

/** Of the oldest generation that has not ended: those behind it have not begun, and time at those before stands still. */
function clocksThatCount(clocks: readonly InputClock[], inputs: readonly number[]): readonly InputClock[] {
  let from = 0;
  for (const [generation, count] of inputs.entries()) {
    const own = clocks.slice(from, from + count);
    from += count;
    if (generation === inputs.length - 1 || own.some(({ closed }) => !closed)) return own;
  }
  return clocks;
}

/** Least watermark over all inputs; an input that never had an event holds everything back. */
function leastWatermark(clocks: readonly InputClock[]): number | null {
  return clocks.some((clock) => clock.watermarkMs === null)
    ? null
    : Math.min(...clocks.map((clock) => clock.watermarkMs!));
}

/** As above, but an input that is quiet and never had an event does not keep the others' windows open. It does keep their state, should its first event be an old one. */
function closingWatermark(clocks: readonly InputClock[]): number | null {
  return leastWatermark(
    clocks
      .filter((clock) => clock.watermarkMs !== null || !clock.idle)
      .concat(clocks.every((clock) => clock.watermarkMs === null) ? clocks : []),
  );
}

type Output = Pick<StepResult<undefined>, 'output' | 'rowsAll' | 'quarantined'>;

/** Frames with partials of `events`. What an earlier attempt stored (`limits.rowsDone`) is left out first, so it may have been cut under other limits. */
function deltasOf(events: DataFrame | undefined, limits: StepLimits, encode: (rows: DataFrame) => Section[]): Output {
  const rowsAll = events ? rowCount(events) : 0;
  if (!events || rowsAll === 0) return { output: [{ sections: [], rowsDone: 1 }], rowsAll: 1 };
  let { rowsDone } = limits;
  const pieces = splitRows(slice(events, rowsDone, rowsAll - rowsDone), limits.frameBytesMax, encode);
  const output = pieces.map(({ sections, rows: taken }): OutputFrame => {
    rowsDone += taken;
    return { sections, rowsDone };
  });
  return { output, rowsAll };
}

/** Frames with results, then frames that say of which of them something does not fit; the first `limits.rowsDone` rows are left out. */
function resultsOf(
  spec: WindowSpec,
  lines: readonly string[],
  refused: readonly RefusedRow[],
  { frameBytesMax, payloadBytesMax, rowsDone }: StepLimits,
): Output {
  const rowsAll = lines.length + refused.length;
  if (rowsAll === 0) return { output: [{ sections: [], rowsDone: 1 }], rowsAll: 1 };
  const rejected = refused.map((row) => refusedResult(spec.name, row, payloadBytesMax / 2));
  const output = [
    ...cutLines('results', lines.slice(rowsDone), frameBytesMax),
    ...cutLines('rejected', rejected.slice(Math.max(0, rowsDone - lines.length)), frameBytesMax),
  ];
  let done = rowsDone;
  return {
    output: output.map((one): OutputFrame => {
      done += one.rows;
      return { sections: [one], rowsDone: done };
    }),
    rowsAll,
    ...(refused.length > 0 && { quarantined: { sum_out_of_range: refused.length } }),
  };
}
