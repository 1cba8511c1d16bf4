/** Traced events are followed through the real steps: what became of each, in which frame, under which parent. */
import { describe, expect, test } from '@jest/globals';
import type { InputFrame, OutputFrame, StepLimits } from '#frame/step';
import { encodeTraces, type TracedEvent } from '#frame/traces';
import { enrich } from '../kinds/enrich.js';
import { merge } from '../kinds/merge.js';
import { reduce } from '../kinds/reduce.js';
import { validate } from '../kinds/validate.js';
import { window } from '../kinds/window.js';
import { enrichStep } from '../steps/enrich-step.js';
import { validateStep } from '../steps/validate-step.js';
import {
  type Arrival,
  eventText,
  exampleContract,
  inputFrame,
  rawFrame,
  refuseAll,
  wide,
} from '../topology/example-frames.js';
import { spanIds } from './trace-context.js';
import { type Followed, followEvents } from './traced-events.js';

const startMs = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const tight: StepLimits = { ...wide, frameBytesMax: 2_000 };
const validating: Followed = { traces: validate.traces!, told: { timeColumn: 'at' }, spanIdOf: spanIds('valid') };
const enriching: Followed = { traces: enrich.traces!, told: {}, spanIdOf: spanIds('enriched') };
const windowing: Followed = { traces: window.traces!, told: { windowMs: 60_000 }, spanIdOf: spanIds('results') };

const entry = (seq: number, more: Partial<TracedEvent> = {}): TracedEvent => ({
  seq,
  index: 0,
  outcome: 'ok',
  traceId: `${seq}`.padStart(32, '0'),
  spanId: `${seq}`.padStart(16, 'a'),
  parentId: undefined,
  detail: '',
  ...more,
});
const tracesOf = (events: readonly TracedEvent[]): { traces: string } => ({
  traces: encodeTraces({ startUs: 1, endUs: 2, leftOut: 0, events }),
});

/** Event 10 + i says texts[i]: good, late, bad, or the same as another one. */
function arrivals(texts: readonly string[]): Arrival[] {
  const payloads: Readonly<Record<string, (i: number) => string>> = {
    good: (i) => eventText(`e${i}`, startMs + i * 1000),
    late: (i) => eventText(`e${i}`, startMs - day),
    bad: () => 'bad',
    same: () => eventText('e0', startMs),
  };
  return texts.map((text, i) => ({ payload: payloads[text]!(i), atMs: startMs, seq: 10 + i }));
}

function validated(
  texts: readonly string[],
  traced: readonly number[],
  limits = wide,
): { raw: InputFrame; output: readonly OutputFrame[] } {
  const raw = rawFrame(1, arrivals(texts), tracesOf(traced.map((i) => entry(10 + i, { detail: '99' }))));
  const step = validateStep({
    contract: exampleContract,
    outOfOrdernessMs: 0,
    aheadMsMax: 60_000,
    latenessMs: 1000,
    horizonMs: 60_000,
  });
  return { raw, output: step({ frames: [raw], state: undefined, limits }).output };
}

/** `seq outcome detail` of each frame. */
const told = (frames: readonly (readonly TracedEvent[])[] | undefined): string[][] | undefined =>
  frames?.map((events) => events.map(({ seq, outcome, detail }) => `${seq} ${outcome} ${detail}`).sort());

describe('without traced events', () => {
  test('nothing is followed', () => {
    const { raw, output } = validated(['good'], []);
    expect(followEvents(validating, [raw], output)).toBeUndefined();
    expect(
      followEvents(validating, [{ ...raw, head: { ...raw.head, traces: 'of a later version' } }], output),
    ).toBeUndefined();
    expect(merge.traces).toBeUndefined();
  });
});

describe('through validate', () => {
  test('each is accepted with its time, refused with the reason, late, or a duplicate', () => {
    const { raw, output } = validated(['good', 'bad', 'late', 'same', 'good'], [0, 1, 2, 3]);
    expect(told(followEvents(validating, [raw], output))).toEqual([
      [`10 ok ${startMs}`, '11 rejected malformed_json', '12 late late', '13 duplicate '],
    ]);
  });

  test('the span of the stage before is the parent, and the same work gives the same span', () => {
    const { raw, output } = validated(['good', 'good'], [1]);
    const [[event] = []] = followEvents(validating, [raw], output)!;
    expect(event).toMatchObject({
      traceId: entry(11).traceId,
      parentId: entry(11).spanId,
      spanId: spanIds('valid')({ traceId: entry(11).traceId, parentId: entry(11).spanId }, 11, 0),
    });
    expect(followEvents(validating, [raw], output)).toEqual([[event]]);
  });

  test('each is in the frame that has its row; a duplicate is in the last one', () => {
    const texts = [...Array.from({ length: 40 }, () => 'good'), 'same'];
    const { raw, output } = validated(texts, [0, 20, 39, 40], tight);
    expect(output.length).toBeGreaterThan(2);
    const frames = told(followEvents(validating, [raw], output))!;
    expect(frames[0]).toEqual([`10 ok ${startMs}`]);
    expect(frames.at(-1)).toEqual([`49 ok ${startMs + 39_000}`, '50 duplicate ']);
    expect(frames.flat()).toHaveLength(4);
  });

  test('of a step that was cut off, only what the rest of it holds is told', () => {
    const texts = Array.from({ length: 40 }, () => 'good');
    const { raw, output } = validated(texts, [0, 39], tight);
    expect(told(followEvents(validating, [raw], output.slice(-1), output.at(-2)!.rowsDone))).toEqual([
      [`49 ok ${startMs + 39_000}`],
    ]);
  });
});

describe('through enrich', () => {
  const valid = (texts: readonly string[], traced: readonly number[]): InputFrame => {
    const { raw, output } = validated(texts, traced);
    return inputFrame(1, output[0]!.sections, tracesOf(followEvents(validating, [raw], output)![0]!));
  };
  const follow = (frame: InputFrame, sql: string | undefined, limits = wide): string[][] | undefined =>
    told(
      followEvents(
        enriching,
        [frame],
        enrichStep(sql, () => ({ tables: {}, versions: '' }))({ frames: [frame], state: undefined, limits }).output,
      ),
    );

  test('what passes keeps its outcome, and duplicates have ended before', () => {
    expect(follow(valid(['good', 'bad', 'late', 'same'], [0, 1, 2, 3]), 'SELECT * FROM events')).toEqual([
      [`10 ok ${startMs}`, '11 rejected malformed_json', '12 late late'],
    ]);
  });

  test('what the SQL leaves out is filtered', () => {
    expect(follow(valid(['good', 'good', 'bad'], [0, 1, 2]), "SELECT * FROM events WHERE id = 'e1'")).toEqual([
      ['10 filtered ', `11 ok ${startMs + 1000}`, '12 rejected malformed_json'],
    ]);
  });

  test('what the SQL fails on is rejected', () => {
    expect(follow(valid(['good', 'bad'], [0, 1]), 'SELECT *, CAST(id AS INTEGER) AS n FROM events')).toEqual([
      ['10 rejected step_failed', '11 rejected malformed_json'],
    ]);
  });

  test('where the SQL leaves out where rows came from, all that can be told is that they were taken', () => {
    expect(follow(valid(['good', 'good'], [0, 1]), `SELECT id, "user", at FROM events WHERE id = 'e1'`)).toEqual([
      [`10 ok ${startMs}`, `11 ok ${startMs + 1000}`],
    ]);
  });
});

describe('into a window', () => {
  const { raw, output } = validated(['good', 'good', 'bad'], [0, 1, 2]);
  const frame = inputFrame(
    1,
    output[0]!.sections,
    tracesOf(
      followEvents(validating, [raw], output)![0]!.map((event) =>
        event.seq === 11 ? { ...event, detail: String(startMs + 61_000) } : event,
      ),
    ),
  );

  test('each event says into which; refused ones do not come so far', () => {
    expect(told(followEvents(windowing, [frame], [{ sections: [], rowsDone: 1 }]))).toEqual([
      [`10 ok ${startMs}`, `11 ok ${startMs + 60_000}`],
    ]);
  });

  test.each([window, reduce])('a frame that $kind refuses refuses its events', (stage) => {
    expect(
      told(
        followEvents(
          { ...windowing, traces: stage.traces! },
          [frame],
          refuseAll({ stage, origin: 'w' }, [frame], 'boom'),
        ),
      ),
    ).toEqual([['10 rejected step_failed', '11 rejected step_failed']]);
  });
});
