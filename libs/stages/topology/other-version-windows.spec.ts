/** Windows and frames of another version of the pipeline: rows count where they fit. */
import { describe, expect, test } from '@jest/globals';
import { UnreadableStateError } from '#frame/step';
import type { WindowSpec } from '#windows/spec/window-spec';
import {
  atMs,
  columns,
  columnsWith,
  fitting,
  frames,
  okSection,
  refusedSeqs,
  sum,
  whyOf,
  withMore,
} from '../../../test/support/stages/version-frames.js';
import { refuseMisfits, windowColumns } from '../define/refuse-misfits.js';
import { reduce } from '../kinds/reduce.js';
import { window } from '../kinds/window.js';
import { mergeStep, reduceStep, windowStep } from '../steps/window-steps.js';
import { inputFrame, refusedIn, rowsIn, wide } from './example-frames.js';

const spec: WindowSpec = {
  name: 'by_k',
  sizeMs: 60_000,
  latenessMs: 0,
  key: ['k'],
  measures: { events: { fn: 'count' }, total: { fn: 'sum', column: 'n' } },
  eventTime: 'at',
};

const looked = windowColumns(spec, columns);

describe('a window', () => {
  test('counts what fits, and refuses the rest', () => {
    const { output } = refuseMisfits(
      { stage: window, origin: 'by_k' },
      windowStep(spec, { columns: looked }),
      looked,
    )({ frames, state: undefined, limits: wide });
    expect(rowsIn(output, 'results')).toEqual([
      expect.objectContaining({ k: 'k', events: fitting.length, total: sum }),
    ]);
    expect(rowsIn(output, 'rejected')).toEqual(
      refusedSeqs.map((_seq, at) =>
        expect.objectContaining({ _seq, ...whyOf('window by_k', at === 0 ? 'float64' : 'string') }),
      ),
    );
  });

  test('of all partitions does so where the partials are made', () => {
    const step = refuseMisfits({ stage: reduce, origin: 'by_k' }, reduceStep(spec), looked);
    const { output } = step({ frames, state: undefined, limits: wide });
    expect(refusedIn(output, 'rejected').map(({ seq }) => seq)).toEqual(refusedSeqs);
    const partials = inputFrame(
      9,
      output.flatMap(({ sections }) => sections.filter(({ name }) => name === 'partials')),
      { watermarkMs: atMs + 1e6, idle: true },
    );
    const merged = mergeStep(spec, [1], { columns: looked })({ frames: [partials], state: undefined, limits: wide });
    expect(rowsIn(merged.output, 'results')).toEqual([expect.objectContaining({ events: fitting.length, total: sum })]);
  });

  test('takes frames of versions that differ in other columns in one step', () => {
    const mixed = [
      frames[0]!,
      inputFrame(2, [withMore(okSection('int64', [2n], 3))]),
      inputFrame(3, [withMore(okSection('float64', [3, 0.5], 4))], { watermarkMs: atMs + 1e6, idle: true }),
    ];
    const { output } = refuseMisfits(
      { stage: window, origin: 'by_k' },
      windowStep(spec, { columns: looked }),
      looked,
    )({ frames: mixed, state: undefined, limits: wide });
    expect(rowsIn(output, 'results')).toEqual([expect.objectContaining({ events: 4, total: 6 })]);
    expect(rowsIn(output, 'rejected').map(({ _seq }) => _seq)).toEqual([5]);
  });

  test('does not go on with sums of another type', () => {
    const before = windowStep(spec, { columns: looked })({ frames: [frames[0]!], state: undefined, limits: wide });
    const changed = windowStep(spec, { columns: windowColumns(spec, columnsWith({ kind: 'float64' })) });
    const request = { frames: [inputFrame(2, [])], state: before.state, limits: wide };
    expect(() => changed(request)).toThrow(UnreadableStateError);
    expect(() => changed(request)).toThrow(
      'window by_k has computed with column "n" as int64, and the pipeline now says float64. Put the old type back',
    );
  });
});
