/** A window whose publication takes many pieces, what comes in, and what is due of it by when. */
import { expect } from '@jest/globals';
import { writeDataFrame } from '#columns/polars/data-frames';
import type { FrameHead } from '#frame/head';
import { streamOf, subjectOf } from '#frame/log-name';
import { type Section, section } from '#frame/sections';
import type { StepRequest } from '#frame/step';
import type { Nats } from '#nats/ground/nats';
import type { LogFrame } from '#nats/messages/log-reader';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { type StepCall, stepCall } from '#runtime/steps/step-call';
import { window } from '#stages/kinds/window';
import { windowStep } from '#stages/steps/window-steps';
import { logTasksOf, topologyOf } from '#stages/topology/topology';
import { type ExampleEvent, exampleEvent, exampleFrame, exampleSpec } from '#windows/results/example-events';
import { pipelineOf } from './runtime.js';

export const pipeline = pipelineOf(
  'subjects: [in.>]',
  1,
  `windows:
  sales: { from: events, tumbling: 1s, lateness: 2s, key: [city, height], measures: { events: count() } }
lake:
  tables:
    gold: { from: results.sales }
`,
);

export const spec = logTasksOf(topologyOf({ pipeline, enriched: {} }), window)[0]!;

export const [input, results] = [spec.inputs[0]!, streamOf(spec.output)];

export const rowsAtOnce = 5;

/** What enriched frames hold, and what they say of time. */
export interface Enriched {
  readonly events: readonly ExampleEvent[];
  readonly watermarkMs: number;
  readonly idle: boolean;
}

export const eventsAt = (at: number, heights: number): ExampleEvent[] =>
  Array.from({ length: heights }, (_, height) => exampleEvent(at, { city: 'é', height, user: `u${height % 3}` }));

export const keys = 62;

export const enriched: readonly Enriched[] = [
  { events: eventsAt(100, keys), watermarkMs: 500, idle: false },
  // The window 0 closes.
  { events: [], watermarkMs: 1000, idle: false },
  // Some of it is corrected, and the window 1000 closes.
  { events: [...eventsAt(900, 11), ...eventsAt(1500, 21)], watermarkMs: 2000, idle: false },
  // Silence: the open window comes out as it is.
  { events: eventsAt(5000, 13), watermarkMs: 4000, idle: true },
];

export const sectionsOf = ({ events }: Enriched): Section[] =>
  events.length === 0 ? [] : [section('ok', 'arrow', writeDataFrame(exampleFrame(events), 'lz4'), events.length)];

/** The lines that each frame brings about, when all come out at once. */
export const expected = ((): string[][] => {
  const step = windowStep(exampleSpec);
  let state: ReturnType<typeof step>['state'] | undefined;
  return enriched.map((one, at) => {
    const head: FrameHead = {
      inputs: [],
      prev: '',
      logic: 'v',
      sections: [],
      watermarkMs: one.watermarkMs,
      idle: one.idle,
    };
    const result = step({
      frames: [{ input: 0, seq: at + 1, hash: 'ab'.repeat(8), head, sections: sectionsOf(one) }],
      state,
      limits: { frameBytesMax: 1e6, payloadBytesMax: 1e6, rowsDone: 0 },
    });
    state = result.state;
    return linesOf(result.output);
  });
})();

export function linesOf(frames: readonly { readonly sections: readonly Section[] }[]): string[] {
  return frames.flatMap(({ sections }) =>
    sections
      .filter(({ name }) => name === 'results')
      .flatMap(({ data }) => Buffer.from(data).toString().trimEnd().split('\n')),
  );
}

/** Each line once and in order; and no frame says a time, or silence, before all lines that are due by then are out. */
export function check(frames: readonly LogFrame[]): void {
  expect(linesOf(frames)).toEqual(expected.flat());
  const dueAt = enriched.map(({ watermarkMs }, at) => ({
    watermarkMs,
    lines: expected.slice(0, at + 1).flat().length,
  }));
  let lines = 0;
  let beforeMs = -Infinity;
  for (const [at, frame] of frames.entries()) {
    const { watermarkMs, idle, more, row } = frame.head;
    lines += linesOf([frame]).length;
    const reachedMs = watermarkMs ?? -Infinity;
    const due = dueAt.findLast((one) => one.watermarkMs <= reachedMs)?.lines ?? 0;
    const isOpen = more === true || (row !== undefined && row.done < row.all);
    expect({
      at,
      early: Math.max(0, due - lines),
      fellBack: reachedMs < beforeMs,
      idle,
      complete: dueAt.some((one) => one.lines === lines) || isOpen,
    }).toEqual({ at, early: 0, fellBack: false, idle: lines === expected.flat().length && !isOpen, complete: true });
    beforeMs = reachedMs;
  }
}

export async function writeInput(nats: Nats): Promise<void> {
  await ensureLog(nats, streamOf(input), [subjectOf(input)], { bytesMax: 1e8, replicas: 1 });
  const writer = new LogWriter(nats, streamOf(input), subjectOf(input), undefined, 0);
  for (const [at, one] of enriched.entries()) {
    await writer.append(
      {
        inputs: [{ stream: 'in', created: 'c', hash: undefined, first: at + 1, last: at + 1 }],
        watermarkMs: one.watermarkMs,
        idle: one.idle,
        logic: 'v',
      },
      sectionsOf(one),
    ).stored;
  }
}

/** The step, in pieces. @param before is told of each call */
export function inPieces(before: (request: StepRequest<never>, call: number) => void = () => undefined): StepCall {
  const step = stepCall(windowStep(exampleSpec, { emitRowsMax: rowsAtOnce }));
  let calls = 0;
  return async (request) => {
    before(request as StepRequest<never>, ++calls);
    return step(request);
  };
}
