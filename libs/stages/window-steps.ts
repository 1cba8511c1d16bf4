/** The steps of aggregate: `reduce` and `merge` for windows over all partitions, `window` where one partition suffices. */
import { rowCount, slice, type DataFrame } from '#columns/frames';
import { lastHead, type InputFrame, type OutputFrame, type StageState, type Step, type StepLimits, type StepResult } from '#frame/step';
import { section, type Section } from '#frame/sections';
import { apply } from '#windows/apply';
import { decodeDelta, encodeDelta } from '#windows/delta';
import { emit } from '#windows/emit';
import { reduce } from '#windows/reduce';
import { resultsNdjson } from '#windows/results-json';
import { restore, snapshot } from '#windows/snapshot';
import { emptyState, type WindowState } from '#windows/state';
import type { WindowSpec } from '#windows/window-spec';
import { okRows } from './ok-rows.js';
import { splitRows } from './split-rows.js';

/** Events → mergeable deltas, frame by frame. */
export function reduceStep(spec: WindowSpec): Step<undefined> {
  const encode = (events: DataFrame): Section[] => encodeDelta(reduce(events, spec)).map(({ name, bytes, rows }) => section(name, 'arrow', bytes, rows));
  return ({ frames, limits }) => {
    const events = okRows(frames);
    const { watermarkMs, idle } = lastHead(frames);
    return { state: undefined, ...outputOf(events, limits, encode), watermarkMs, idle };
  };
}

/** Time at one input of a task. */
interface InputClock {
  readonly watermarkMs: number | null;
  readonly idle: boolean;
}

class WindowTaskState implements StageState {
  constructor(public windows: WindowState, readonly clocks: InputClock[]) {}

  snapshot(): Uint8Array[] {
    return [Buffer.from(JSON.stringify(this.clocks)), ...snapshot(this.windows)];
  }

  static open(saved: readonly Uint8Array[] | undefined, spec: WindowSpec, inputs: number): WindowTaskState {
    if (!saved) return new WindowTaskState(emptyState(spec), Array.from({ length: inputs }, () => ({ watermarkMs: null, idle: false })));
    const [clocks, ...parts] = saved;
    return new WindowTaskState(restore(parts, spec), JSON.parse(Buffer.from(clocks!).toString()) as InputClock[]);
  }
}

/** Events of one partition → results, where the window's key holds the partition key. */
export function windowStep(spec: WindowSpec): Step<WindowTaskState> {
  return ({ frames, state, saved, limits }) => {
    const current = state ?? WindowTaskState.open(saved, spec, 1);
    const events = okRows(frames);
    if (events) current.windows = apply(current.windows, reduce(events, spec));
    return publish(spec, current, frames, limits);
  };
}

/** Deltas of all partitions → results, under the least watermark. */
export function mergeStep(spec: WindowSpec, inputs: number): Step<WindowTaskState> {
  return ({ frames, state, saved, limits }) => {
    const current = state ?? WindowTaskState.open(saved, spec, inputs);
    for (const { sections } of frames) {
      const parts = sections.filter(({ name }) => name !== 'rejected');
      if (parts.length > 0) current.windows = apply(current.windows, decodeDelta(parts.map(({ name, data }) => ({ name, bytes: data }))));
    }
    return publish(spec, current, frames, limits);
  };
}

/** Moves the clocks, then publishes what is due: closed windows, corrections, and on silence what the open windows hold so far. */
function publish(spec: WindowSpec, state: WindowTaskState, frames: readonly InputFrame[], limits: StepLimits): StepResult<WindowTaskState> {
  for (const { input, head } of frames) state.clocks[input] = { watermarkMs: head.watermarkMs ?? state.clocks[input]!.watermarkMs, idle: head.idle };
  const idle = state.clocks.every((clock) => clock.idle);
  const closeMs = closingWatermark(state.clocks);
  const emission = emit(state.windows, { closeMs, purgeMs: leastWatermark(state.clocks), flush: idle });
  state.windows = emission.state;
  const encode = (rows: DataFrame): Section[] => [section('results', 'ndjson', resultsNdjson(rows, spec), rowCount(rows))];
  return { state, ...outputOf(emission.results ?? undefined, limits, encode), watermarkMs: closeMs, idle };
}

/** Least watermark over all inputs; an input that never had an event holds everything back. */
function leastWatermark(clocks: readonly InputClock[]): number | null {
  return clocks.some((clock) => clock.watermarkMs === null) ? null : Math.min(...clocks.map((clock) => clock.watermarkMs!));
}

/** As above, but an input that is quiet and never had an event does not keep the others' windows open. It does keep their state, should its first event be an old one. */
function closingWatermark(clocks: readonly InputClock[]): number | null {
  return leastWatermark(clocks.filter((clock) => clock.watermarkMs !== null || !clock.idle).concat(clocks.every((clock) => clock.watermarkMs === null) ? clocks : []));
}

/** Output frames for `rows`. What an earlier attempt stored (`limits.rowsDone`) is left out first, so it may have been cut under other limits. */
function outputOf(rows: DataFrame | undefined, limits: StepLimits, encode: (rows: DataFrame) => Section[]): { output: OutputFrame[]; rowsAll: number } {
  const rowsAll = rows ? rowCount(rows) : 0;
  if (!rows || rowsAll === 0) return { output: [{ sections: [], rowsDone: 1 }], rowsAll: 1 };
  let { rowsDone } = limits;
  const pieces = splitRows(slice(rows, rowsDone, rowsAll - rowsDone), limits.frameBytesMax, encode);
  return { output: pieces.map(({ sections, rows: taken }): OutputFrame => ({ sections, rowsDone: (rowsDone += taken) })), rowsAll };
}
