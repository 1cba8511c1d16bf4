/** Whatever fails on some rows, and wherever frames and batches end: silver, gold and quarantine are the same sets. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RefusedRows } from '#frame/refused';
import type { InputFrame, OutputFrame, StageState, Step, StepLimits } from '#frame/step';
import { type AnyStage, anyStage } from '#stages/define/define-stage';
import { workRows } from '#stages/define/refuse-frame';
import { enrich as enrichStage } from '#stages/kinds/enrich';
import { validate as validateStage } from '#stages/kinds/validate';
import { window as windowStage } from '#stages/kinds/window';
import { enrichStep } from '#stages/steps/enrich-step';
import { validateStep } from '#stages/steps/validate-step';
import { windowStep } from '#stages/steps/window-steps';
import {
  eventText,
  exampleContract,
  inputFrame,
  rawFrame,
  refusedIn,
  rowsIn,
  wide,
} from '#stages/topology/example-frames';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { WindowSpec } from '#windows/spec/window-spec';
import { runStep, tryRows } from '../steps/run-step.js';
import { type StepCall, stepCall } from '../steps/step-call.js';
import { StepError, StepFailures } from '../steps/step-failures.js';

const atMs = Date.UTC(2026, 0, 1);
const never = new AbortController().signal;
const specOf = (stage: AnyStage): LogTaskSpec => ({
  stage,
  name: stage.kind,
  origin: 'orders',
  inputs: [{ pipeline: 'p', stage: 'raw', origin: 'orders', partition: 0 }],
  output: { pipeline: 'p', stage: 'valid', origin: 'orders', partition: 0 },
});

/** What an event does: nothing, or which stage fails on it. */
type Kind = 'good' | 'malformed' | 'validate' | 'sql' | 'window';
const anyKind = fc.constantFrom<Kind>('good', 'good', 'good', 'malformed', 'validate', 'sql', 'window');

/** Fails when its state is half changed. */
function failing<State extends StageState | undefined>(
  step: Step<State>,
  fails: (frames: readonly InputFrame[]) => boolean,
): StepCall {
  return stepCall<State>((request) => {
    const result = step(request);
    if (fails(request.frames)) throw new TypeError('poison');
    return result;
  });
}

const validate = failing(
  validateStep({
    contract: exampleContract,
    outOfOrdernessMs: 0,
    aheadMsMax: 60_000,
    latenessMs: null,
    horizonMs: 1e12,
  }),
  (frames) => frames.some(({ sections }) => sections.some(({ data }) => Buffer.from(data).includes('validate'))),
);
const enrich = stepCall(
  enrichStep(`SELECT *, CAST(CASE WHEN more = '"sql"' THEN id ELSE '7' END AS INTEGER) AS n FROM events`, () => ({
    tables: {},
    versions: '',
  })),
);
const windowSpec: WindowSpec = {
  name: 'orders',
  sizeMs: 60_000,
  latenessMs: 0,
  key: ['user'],
  measures: { count: { fn: 'count' }, n: { fn: 'sum', column: 'n' } },
  eventTime: 'at',
};
const window = failing(windowStep(windowSpec), (frames) =>
  rowsIn(frames, 'ok').some(({ more }) => more === '"window"'),
);

/** Runs the frames through a step as a task does: in batches, and after a failure with a state made anew. @param ends where batches end */
async function runThrough(
  step: StepCall,
  stage: AnyStage,
  frames: readonly InputFrame[],
  ends: readonly number[],
  limits: StepLimits,
): Promise<OutputFrame[]> {
  const task = specOf(stage);
  const failures = new StepFailures();
  const done: Array<{ batch: readonly InputFrame[]; refused: readonly RefusedRows[]; output: readonly OutputFrame[] }> =
    [];
  let state: StageState | undefined;
  for (let at = 0; at < frames.length; ) {
    const isCareful = failures.isCareful([
      { stream: '', created: '', seq: at === 0 ? 0 : frames[at - 1]!.seq, hash: undefined },
    ]);
    const to = isCareful ? at + 1 : (ends.find((end) => end > at) ?? frames.length);
    const batch = frames.slice(at, to);
    try {
      const next = isCareful
        ? await failures.narrow(
            batch[0]!,
            workRows(task, batch[0]!),
            (range) => tryRows(step, task, batch[0]!, range, limits),
            never,
          )
        : { refused: [] };
      if (!('refused' in next)) throw new Error('halted');
      const result = await runStep(step, task, { frames: batch, state, limits }, next.refused);
      state = result.state;
      done.push({ batch, refused: next.refused, output: result.output });
      at = to;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      failures.failed(batch, error);
      state = undefined;
      for (const { batch: again, refused } of done)
        state = (await runStep(step, task, { frames: again, state, limits }, refused)).state;
    }
  }
  return done.flatMap(({ output }) => output);
}

const asInput = (output: readonly OutputFrame[], head: Partial<InputFrame['head']> = {}): InputFrame[] =>
  output.map(({ sections }, i) => inputFrame(i + 1, sections, head));

async function pipelineOver(
  kinds: readonly Kind[],
  frameEnds: readonly number[],
  batchEnds: readonly number[],
  limits: StepLimits,
) {
  const arrivals = kinds.map((kind, seq) => ({
    payload: kind === 'malformed' ? 'bad' : eventText(`e${seq}`, atMs, { more: kind, user: `u${seq % 3}` }),
    atMs,
    seq: seq + 1,
  }));
  const borders = [...new Set([0, ...frameEnds.filter((end) => end < kinds.length), kinds.length])].sort(
    (a, b) => a - b,
  );
  const raw = borders.slice(1).map((to, i) => rawFrame(i + 1, arrivals.slice(borders[i]!, to)));
  const valid = await runThrough(validate, anyStage(validateStage), raw, batchEnds, limits);
  const enriched = await runThrough(enrich, anyStage(enrichStage), asInput(valid), batchEnds, limits);
  const last = inputFrame(enriched.length + 1, [], { watermarkMs: atMs + 1e9, idle: true });
  const results = await runThrough(
    window,
    anyStage(windowStage),
    [...asInput(enriched, { watermarkMs: atMs }), last],
    batchEnds,
    limits,
  );
  const linesOf = (name: string): Record<string, unknown>[] =>
    results.flatMap(({ sections }) =>
      sections
        .filter((s) => s.name === name && s.rows > 0)
        .flatMap(({ data }) =>
          Buffer.from(data)
            .toString()
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>),
        ),
    );
  const newest = new Map(linesOf('results').map(({ user, count, n }) => [user, [count, n]]));
  const quarantine = [
    ...refusedIn(enriched, 'rejected').map(({ seq, reason, message }) => [seq, reason, message]),
    ...linesOf('rejected').map(({ _seq, reason, message }) => [_seq, reason, message]),
  ];
  return {
    silver: rowsIn(enriched, 'ok').map(({ id }) => id),
    gold: [...newest].sort(),
    quarantine: quarantine.sort((a, b) => Number(a[0]) - Number(b[0])),
  };
}

const anyEnds = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }).map((ends) => ends.sort((a, b) => a - b));

test('the sets do not depend on where frames and batches end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyKind, { minLength: 1, maxLength: 30 }),
      anyEnds,
      anyEnds,
      fc.integer({ min: 1_500, max: 20_000 }),
      async (kinds, frameEnds, batchEnds, frameBytesMax) => {
        const found = await pipelineOver(kinds, frameEnds, batchEnds, { ...wide, frameBytesMax });
        const seqsOf = (...wanted: readonly Kind[]): number[] =>
          kinds.flatMap((kind, i) => (wanted.includes(kind) ? [i + 1] : []));
        expect(found.silver).toEqual(seqsOf('good', 'window').map((seq) => `e${seq - 1}`));
        expect(found.quarantine.map(([seq]) => seq)).toEqual(seqsOf('malformed', 'validate', 'sql', 'window'));
        expect(found.quarantine.filter(([, reason]) => reason === 'step_failed').map(([seq]) => seq)).toEqual(
          seqsOf('validate', 'sql', 'window'),
        );
        const users = [...new Set(seqsOf('good').map((seq) => (seq - 1) % 3))].sort();
        expect(found.gold).toEqual(
          users.map((user) => [
            `u${user}`,
            [
              seqsOf('good').filter((seq) => (seq - 1) % 3 === user).length,
              7 * seqsOf('good').filter((seq) => (seq - 1) % 3 === user).length,
            ],
          ]),
        );
        expect(found).toEqual(await pipelineOver(kinds, [], [], wide));
      },
    ),
    { numRuns: 30, seed: 7 },
  );
}, 120_000);
