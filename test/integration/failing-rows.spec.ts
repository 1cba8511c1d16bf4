/** Rows on which a step throws: they are found and go to quarantine, and everything else is as if they had never been. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { section } from '#frame/sections';
import type { Step } from '#frame/step';
import type { RuntimeContext } from '#runtime/cluster/context';
import { merge } from '#stages/kinds/merge';
import { validate } from '#stages/kinds/validate';
import { validateStep } from '#stages/steps/validate-step';
import { type Arrival, eventText, exampleContract, rawFrame, refusedIn, rowsIn } from '#stages/topology/example-frames';
import { until } from './support/runtime.js';
import { logOf, positionOf, specOf, TaskBench, type WrittenFrame } from './support/task-bench.js';

let bench: TaskBench;
beforeEach(async () => {
  bench = await TaskBench.open('failing-rows.spec');
});
afterEach(() => bench.close());

describe('a step that throws half-way', () => {
  const atMs = Date.UTC(2026, 0, 1);
  const arrival = (seq: number, poison: boolean): Arrival => ({
    payload: eventText(`e${seq}`, atMs, { more: poison ? 'poison' : 'm'.repeat(60) }),
    atMs,
    seq,
  });
  const frames = Array.from(
    { length: 30 },
    (_, f): WrittenFrame => ({
      sections: rawFrame(
        f + 1,
        Array.from({ length: 10 }, (_, i) => arrival(f * 10 + i, f % 10 === 7 && i > 4 && i < 9)),
      ).sections,
      head: { clockMs: atMs },
    }),
  );
  const real = validateStep({
    contract: exampleContract,
    outOfOrdernessMs: 0,
    aheadMsMax: 60_000,
    latenessMs: null,
    horizonMs: 1e9,
  });
  /** The state has the ids of the whole batch when it throws. */
  const fragile: typeof real = (request) => {
    const result = real(request);
    const isPoisoned = request.frames.some(({ sections }) =>
      sections.some(({ data }) => Buffer.from(data).includes('poison')),
    );
    if (isPoisoned) throw new TypeError('cannot read the poison');
    return result;
  };
  const poisoned = (seq: number): boolean => Math.floor(seq / 10) % 10 === 7 && seq % 10 > 4 && seq % 10 < 9;
  const all = Array.from({ length: 300 }, (_, seq) => seq);
  const spec = specOf(validate);

  test('costs the guilty rows and no other, and no event is taken for seen before', async () => {
    await bench.write(logOf('raw'), frames);
    const { task, kept } = bench.run(spec, fragile);
    await until(() => positionOf(task) === 30);
    const output = await bench.framesOf(spec.output);
    expect(rowsIn(output, 'ok').map(({ _seq }) => _seq)).toEqual(all.filter((seq) => !poisoned(seq)));
    const refused = refusedIn(output, 'rejected');
    expect(refused.map(({ seq }) => seq)).toEqual(all.filter(poisoned));
    expect(refused[0]).toMatchObject({
      reason: 'step_failed',
      message: 'validate: cannot read the poison',
      payload: eventText('e75', atMs, { more: 'poison' }),
    });
    expect(output.every(({ head }) => !head.duplicates)).toBe(true);
    // The first start, and one for each batch that failed: rows are looked for without starting again.
    expect(kept.starts()).toBeLessThanOrEqual(4);
  });

  test('goes on in the same way where it was cut off between two frames of refused rows', async () => {
    await bench.write(logOf('raw'), frames.slice(0, 9));
    let left = 4;
    const crash: RuntimeContext['crash'] = (point) => {
      if (point === 'task.after-append' && --left === 0) {
        left = 4;
        throw new Error('thrown out');
      }
    };
    const { task } = bench.run(spec, fragile, { crash, config: { ...bench.context.config, frameBytesMax: 700 } });
    await until(() => positionOf(task) === 9);
    const output = await bench.framesOf(spec.output);
    expect(output.filter(({ head }) => head.refused !== undefined).length).toBeGreaterThan(3);
    expect(refusedIn(output, 'rejected').map(({ seq }) => seq)).toEqual(all.slice(0, 90).filter(poisoned));
    expect(rowsIn(output, 'ok').map(({ _seq }) => _seq)).toEqual(all.slice(0, 90).filter((seq) => !poisoned(seq)));
  });

  test('also without the rows halts its task: no event is to blame', async () => {
    await bench.write(logOf('raw'), frames.slice(0, 2));
    const { kept } = bench.run(spec, (() => {
      throw new Error('nothing works');
    }) as Step<undefined>);
    await until(() => kept.halted() !== undefined);
    expect(kept.halted()!.message).toMatch(
      /the step failed on frame afl_test_raw_events_0:1 \(Error\) even without its rows/,
    );
    expect(await bench.framesOf(spec.output)).toEqual([]);
  });

  test('halts merge, which has no events that could be refused', async () => {
    await bench.write(logOf('partials'), [{ sections: [section('partials', 'arrow', Buffer.from('no table'), 1)] }]);
    const { kept } = bench.run(specOf(merge), (() => {
      throw new Error('overflow');
    }) as Step<undefined>);
    await until(() => kept.halted() !== undefined);
    expect(kept.halted()!.message).toMatch(/sums, not events that could be refused$/);
  });
});
