/** The accepted rows of a batch as one table, or as few as there are versions of the pipeline that accepted them. */

import { columnNames, concatDataFrames, type DataFrame, readDataFrame } from '#columns/polars/data-frames';
import { describe } from '#columns/polars/describe';
import type { InputFrame } from '#frame/step';

/** Whoever looks at a batch first reads it for all. */
const runsOfBatch = new WeakMap<readonly InputFrame[], readonly DataFrame[]>();

/** Rows of all sections `ok`, in order; undefined when there are none. @throws DataFrameError when their columns differ */
export function okRows(frames: readonly InputFrame[]): DataFrame | undefined {
  const runs = okRuns(frames);
  return runs.length === 0 ? undefined : concatDataFrames(runs);
}

/** The same as runs of equal columns: frames of another version of the pipeline may have others. */
export function okRuns(frames: readonly InputFrame[]): readonly DataFrame[] {
  const known = runsOfBatch.get(frames);
  if (known) return known;
  const tables = frames.flatMap((frame) =>
    frame.sections.filter((s) => s.name === 'ok' && s.rows > 0).map((s) => readDataFrame(s.data)),
  );
  const runs = concatRuns(tables);
  runsOfBatch.set(frames, runs);
  return runs;
}

/** As few tables as can be made of these, in order. */
export function concatRuns(tables: readonly DataFrame[]): DataFrame[] {
  if (tables.length === 0) return [];
  try {
    return [concatDataFrames(tables)];
  } catch {
    return equalRuns(tables).map(concatDataFrames);
  }
}

function equalRuns(tables: readonly DataFrame[]): DataFrame[][] {
  const runs: { readonly shape: string; readonly tables: DataFrame[] }[] = [];
  for (const table of tables) {
    const shape = JSON.stringify(describe(table, columnNames(table)));
    const last = runs.at(-1);
    if (last?.shape === shape) last.tables.push(table);
    else runs.push({ shape, tables: [table] });
  }
  return runs.map((run) => run.tables);
}
