/** Follows traced events through a step: from the heads of its input frames to what became of each, by output frame. */
import type { Section, SectionInfo } from '#frame/sections';
import type { InputFrame, OutputFrame } from '#frame/step';
import { decodeTraces, type Outcome, type TracedEvent } from '#frame/traces';
import type { Told, Traced } from '../define/define-stage.js';
import type { spanIds } from './trace-context.js';
import { findRefused, findRows, findTimes, Wanted } from './traced-rows.js';

/** What following needs to know of a task. */
export interface Followed {
  /** How its stage takes events. */
  readonly traces: Pick<Traced, 'takes' | 'missing'>;
  readonly told: Told;
  /** For the output log. */
  readonly spanIdOf: ReturnType<typeof spanIds>;
}

type Put = (at: number, event: TracedEvent, outcome: Outcome, detail?: string | number) => void;

/**
 * Traced events of each output frame; undefined when the step took none, which costs a look at the heads.
 *
 * Rows are only read where counts leave a doubt: a step that put out as many accepted and as many refused rows as it took changed no outcome.
 * @param rowsBefore rows of the step that earlier frames hold: what is not found here is there
 */
export function followEvents(
  task: Followed,
  frames: readonly InputFrame[],
  output: readonly OutputFrame[],
  rowsBefore = 0,
): TracedEvent[][] | undefined {
  const events = frames.flatMap(({ head }) =>
    head.traces === undefined ? [] : (decodeTraces(head.traces)?.events ?? []),
  );
  const wanted = new Wanted(events.filter(({ outcome }) => task.traces.takes.includes(outcome)));
  if (wanted.left === 0) return undefined;
  const found = output.map((): TracedEvent[] => []);
  const put: Put = (at, event, outcome, detail = '') =>
    void found[at]!.push(stepOn(task, event, outcome, String(detail)));
  const { timeColumn, windowMs } = task.told;
  if (
    timeColumn === undefined &&
    windowMs === undefined &&
    rowsBefore === 0 &&
    output.length === 1 &&
    keepsCounts(frames, output)
  ) {
    for (const event of wanted.takeAll()) put(0, event, event.outcome, event.detail);
    return found;
  }
  putRefused(output, wanted, put);
  if (windowMs !== undefined) putWindowed(windowMs, output.length - 1, wanted, put);
  else putAccepted(timeColumn, output, wanted, put);
  if (rowsBefore === 0) for (const event of wanted.takeAll()) put(output.length - 1, event, task.traces.missing);
  return found;
}

function putRefused(output: readonly OutputFrame[], wanted: Wanted, put: Put): void {
  for (const [at, { sections }] of output.entries()) {
    for (const section of sections.filter(isRefused))
      for (const [event, reason] of findRefused(section, wanted))
        put(at, event, section.name === 'late' ? 'late' : 'rejected', reason);
  }
}

/** Rows vanish into windows: all that can be told is into which, by the event time that validate has read. */
function putWindowed(windowMs: number, at: number, wanted: Wanted, put: Put): void {
  for (const event of wanted.takeAll()) put(at, event, 'ok', Math.floor(Number(event.detail) / windowMs) * windowMs);
}

function putAccepted(timeColumn: string | undefined, output: readonly OutputFrame[], wanted: Wanted, put: Put): void {
  for (const [at, { sections }] of output.entries()) {
    for (const section of sections.filter(isAccepted)) {
      if (timeColumn !== undefined)
        for (const [event, atMs] of findTimes(section, wanted, timeColumn)) put(at, event, 'ok', atMs);
      else for (const event of findRows(section, wanted) ?? wanted.takeAll()) put(at, event, 'ok', event.detail);
    }
  }
}

/** The event as the stage leaves it: its span's parent is the span of the stage before. */
function stepOn(
  { spanIdOf }: Followed,
  { seq, index, traceId, spanId: parentId }: TracedEvent,
  outcome: Outcome,
  detail: string,
): TracedEvent {
  return { seq, index, outcome, traceId, spanId: spanIdOf({ traceId, parentId }, seq, index), parentId, detail };
}

function keepsCounts(frames: readonly InputFrame[], output: readonly OutputFrame[]): boolean {
  const [before, after] = [frames, output].map((all) => all.flatMap(({ sections }) => sections));
  return rowsOf(before!) === rowsOf(after!) && rowsOf(before!.filter(isRefused)) === rowsOf(after!.filter(isRefused));
}

function isRefused({ name, rows }: SectionInfo): boolean {
  return rows > 0 && (name === 'rejected' || name === 'late');
}

function isAccepted({ name, rows }: SectionInfo): boolean {
  return rows > 0 && name === 'ok';
}

function rowsOf(sections: readonly Section[]): number {
  return sections.reduce((sum, { rows }) => sum + rows, 0);
}
