/** A step of a window that takes events of another version of the pipeline as those of its own, and refuses those that cannot be. */
import { conform } from '#columns/casts/conform';
import { type Fitted, fitColumns } from '#columns/casts/fit-columns';
import { readDataFrame, rowCount, writeDataFrame } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import { type Section, section } from '#frame/sections';
import type { InputFrame, StageState, Step } from '#frame/step';
import { inputsOf, type WindowSpec } from '#windows/spec/window-spec';
import { originColumns } from '../raw/raw-columns.js';
import { whyOfMisfit } from '../rows/fit-rows.js';
import { okRuns } from '../rows/ok-rows.js';
import { type Refuser, refuserOf, setApart, type Whys } from './refuse-frame.js';

/**
 * What a window looks at, and where the events came from, of the types that its log was made for (log-identity.ts). Whether a value may be missing is not recorded there, so it may not
 * matter: the same frame must give the same in every replay.
 */
export function windowColumns(spec: WindowSpec, enriched: readonly ColumnSpec[]): ColumnSpec[] {
  const names = new Set([...inputsOf(spec), spec.eventTime, ...originColumns.map(({ name }) => name)]);
  return enriched.filter(({ name }) => names.has(name)).map((column) => ({ ...column, nullable: true }));
}

/** @param columns of the events that the step looks at */
export function refuseMisfits<State extends StageState | undefined>(
  task: Refuser,
  step: Step<State>,
  columns: readonly ColumnSpec[],
): Step<State> {
  const by = refuserOf(task);
  const careful: Step<State> = (request) => {
    const runs = okRuns(request.frames);
    if (runs.length === 0 || (runs.length === 1 && !fitColumns(runs[0]!, columns))) return step(request);
    const fitted = request.frames.map((frame) => fitFrame(frame, columns, by, runs.length > 1));
    const { rest, join } = setApart(
      task,
      request,
      fitted.map((one) => one?.whys),
    );
    return join(
      step({
        ...rest,
        frames: rest.frames.map((frame, at) => (fitted[at] ? { ...frame, sections: fitted[at].sections } : frame)),
      }),
    );
  };
  return Object.assign(careful, step.restore && { restore: step.restore });
}

interface FittedFrame {
  /** With the rows that fit. */
  readonly sections: readonly Section[];
  readonly whys: Whys;
}

/** @param all also what is as it should be is brought to these columns: frames of several versions, which differ in others, become one table */
function fitFrame(
  { sections }: InputFrame,
  columns: readonly ColumnSpec[],
  by: string,
  all: boolean,
): FittedFrame | undefined {
  const fitted = sections.map((s): Fitted | undefined => {
    if (s.name !== 'ok' || s.rows === 0) return undefined;
    const rows = readDataFrame(s.data);
    return fitColumns(rows, columns) ?? (all ? { rows, misfits: new Map() } : undefined);
  });
  if (fitted.every((one) => one === undefined)) return undefined;
  const whys = sections.flatMap((s, at) =>
    s.name === 'ok'
      ? Array.from({ length: s.rows }, (_, row) => {
          const misfit = fitted[at]?.misfits.get(row);
          return misfit && whyOfMisfit(misfit, by);
        })
      : [],
  );
  return {
    whys,
    sections: sections.flatMap((s, at) => (fitted[at] ? okSection(conform(fitted[at].rows, columns)) : [s])),
  };
}

function okSection(rows: Parameters<typeof writeDataFrame>[0]): Section[] {
  return rowCount(rows) === 0 ? [] : [section('ok', 'arrow', writeDataFrame(rows, 'lz4'), rowCount(rows))];
}
