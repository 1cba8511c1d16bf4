/** Rows that fail only together, in a window's sum: no more of them are left out than must be, whoever computes it and how often. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { asTimestamps, writeDataFrame } from '#columns/polars/data-frames';
import { readNdjson } from '#columns/polars/ndjson';
import { runSql } from '#columns/polars/sql';
import { type Section, section } from '#frame/sections';
import type { StageState, Step } from '#frame/step';
import type { RuntimeContext } from '#runtime/cluster/context';
import { reduce } from '#stages/kinds/reduce';
import { window as windowStage } from '#stages/kinds/window';
import { reduceStep, windowStep } from '#stages/steps/window-steps';
import { refusedIn, rowsIn } from '#stages/topology/example-frames';
import { hashSeed } from '#windows/keys/keyed-hash';
import { emit } from '#windows/results/emit';
import type { WindowSpec } from '#windows/spec/window-spec';
import { apply } from '#windows/state/apply';
import { decodePartials } from '#windows/state/partials';
import { WindowState } from '#windows/state/state';
import { until } from './support/runtime.js';
import { logOf, positionOf, specOf, TaskBench } from './support/task-bench.js';

let bench: TaskBench;
beforeEach(async () => {
  bench = await TaskBench.open('overflowing-sums.spec');
});
afterEach(() => bench.close());

/** A step that cannot add more than 38 digits. */
function weak<State extends StageState | undefined>(step: Step<State>): Step<State> {
  return (request) => {
    if (rowsIn(request.frames, 'ok').reduce((sum, { v }) => sum + BigInt(String(v)), 0n) >= 10n ** 38n)
      throw new Error('overflow');
    return step(request);
  };
}

describe('a window whose sum overflows in the rows of one frame together', () => {
  const nines = '9'.repeat(38);
  const window: WindowSpec = {
    name: 'events',
    sizeMs: 60_000,
    latenessMs: 0,
    key: ['k'],
    measures: { s: { fn: 'sum', column: 'v' }, n: { fn: 'count' } },
    eventTime: 'at',
  };
  const frameOf = (first: number, values: readonly string[]): { sections: Section[] } => {
    const lines = values
      .map((v, i) => JSON.stringify({ k: 'a', v, at_us: 1_000_000 * (first + i), _seq: first + i }))
      .join('\n');
    const columns = [
      { name: 'k', type: { kind: 'string' } },
      { name: 'v', type: { kind: 'string' } },
      { name: 'at_us', type: { kind: 'int64' } },
      { name: '_seq', type: { kind: 'int64' } },
    ] as const;
    const rows = readNdjson(
      Buffer.from(`${lines}\n`),
      columns.map((column) => ({ ...column, nullable: false })),
    );
    const typed = asTimestamps(
      runSql(
        'SELECT k, CAST(v AS DECIMAL(38,0)) AS v, at_us AS at, _seq, CAST(0 AS INTEGER) AS _index, at_us AS _arrived_at FROM rows',
        { rows },
      ),
      ['at', '_arrived_at'],
    );
    return { sections: [section('ok', 'arrow', writeDataFrame(typed, 'lz4'), values.length)] };
  };
  const input = [
    frameOf(1, ['1', '2']),
    frameOf(3, ['3']),
    frameOf(4, [nines, nines, '7']),
    frameOf(7, ['4']),
    { sections: [], head: { watermarkMs: 30_000, idle: true } },
  ];
  const linesOf = (
    frames: readonly { readonly sections: readonly Section[] }[],
    name: string,
  ): Record<string, unknown>[] =>
    frames.flatMap(({ sections }) =>
      sections
        .filter((s) => s.name === name)
        .flatMap(({ data }) =>
          Buffer.from(data)
            .toString()
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>),
        ),
    );

  test('leaves those rows out, and says so', async () => {
    await bench.write(logOf('enriched'), input);
    const spec = specOf(windowStage);
    const { task } = bench.run(spec, weak(windowStep(window)));
    await until(() => positionOf(task) === 5);
    const frames = await bench.framesOf(spec.output);
    expect(
      frames
        .filter(({ head }) => head.refused !== undefined)
        .map(({ head }) => [head.inputs[0]!.first, head.inputs[0]!.last]),
    ).toEqual([
      [3, 3],
      [3, 3],
    ]);
    expect(linesOf(frames, 'rejected')).toMatchObject(
      [4, 5, 6].map((_seq) => ({
        _seq,
        reason: 'step_failed',
        message: expect.stringMatching(/^window events: fails only together with 2 rows beside it: [^9]+$/) as unknown,
      })),
    );
    expect(linesOf(frames, 'results').at(-1)).toMatchObject({ k: 'a', s: '10', n: 4 });
    expect(await bench.context.metrics.registry.metrics()).toContain(
      'afluente_refused_frames_total{task="window.events.0",service="test"} 1',
    );
  });

  test('is the same after every crash, also for an owner who has not seen the failure', async () => {
    await bench.write(logOf('enriched'), input);
    const spec = specOf(windowStage);
    let left = 2;
    const crash: RuntimeContext['crash'] = (point) => {
      if (point === 'task.after-append' && --left === 0) {
        left = 2;
        throw new Error('thrown out');
      }
    };
    const { task, kept } = bench.run(spec, weak(windowStep(window)), { crash });
    await until(() => positionOf(task) === 5);
    await kept.stop();
    const before = await bench.framesOf(spec.output);
    expect(linesOf(before, 'rejected').map(({ _seq }) => _seq)).toEqual([4, 5, 6]);
    expect(linesOf(before, 'results').at(-1)).toMatchObject({ s: '10', n: 4 });
    // The next owner rebuilds the state from the recorded steps, the refused one among them.
    await bench.write(logOf('enriched'), [
      frameOf(8, ['5']),
      { sections: [], head: { watermarkMs: 30_000, idle: true } },
    ]);
    const { task: next } = bench.run(spec, weak(windowStep(window)));
    await until(() => positionOf(next) === 7);
    expect(linesOf(await bench.framesOf(spec.output), 'results').at(-1)).toMatchObject({ s: '15', n: 5 });
  });

  test('goes the same way in two phases', async () => {
    await bench.write(logOf('enriched'), input);
    const spec = specOf(reduce);
    const { task } = bench.run(spec, weak(reduceStep(window)));
    await until(() => positionOf(task) === 5);
    const frames = await bench.framesOf(spec.output);
    expect(refusedIn(frames, 'rejected').map(({ seq }) => seq)).toEqual([4, 5, 6]);
    const partials = frames.flatMap(({ sections }) =>
      sections.filter(({ name, rows }) => name === 'partials' && rows > 0),
    );
    const state = new WindowState(window, hashSeed('seed'));
    for (const { data } of partials) apply(state, decodePartials(data, window, state.seed));
    expect(
      emit(state, { closeMs: null, purgeMs: null, flush: true }).lines.map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([{ k: 'a', s: '10', n: 4 }]);
  });
});
