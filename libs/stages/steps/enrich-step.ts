/** The step of enrich: SQL over the accepted rows and the reference tables; what validate refused passes through. */
import { type DataFrame, rowCount, slice } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import { type InputFrame, lastHead, type OutputFrame, type Step, type StepLimits } from '#frame/step';
import { okRuns } from '../rows/ok-rows.js';
import type { Piece } from '../rows/split-rows.js';
import type { Demand } from '../rows/storable.js';
import { EnrichRows, type References } from './enrich-rows.js';

/** Valid rows shrink when they are compressed, so pieces of this multiple of a frame's target seldom need a second try. */
const inputBytesPerOutput = 2;

/**
 * @param sql undefined passes the rows unchanged @param references read at each step: they may be refreshed in between @param demands of the tables over the rows
 * @param columns of the accepted rows: those that another version of the pipeline accepted become such, or are refused; undefined: all are as they should be
 */
export function enrichStep(
  sql: string | undefined,
  references: () => References,
  demands: readonly Demand[] = [],
  columns?: readonly ColumnSpec[],
): Step<undefined> {
  return ({ frames, limits }) => {
    const current = references();
    const rows = new EnrichRows({ sql, references: current, demands, limits, columns });
    const { output, rowsAll } = enrich(frames, limits, rows);
    const { watermarkMs, idle } = lastHead(frames);
    return {
      state: undefined,
      output,
      rowsAll,
      watermarkMs,
      idle,
      quarantined: rows.refusedIn(output),
      ...(current.versions !== '' && { references: current.versions }),
    };
  };
}

/**
 * The units of a step are its passed-on sections, then its rows: a step that was cut off goes on at a row of its input,
 * so it does not matter if a reference table has changed meanwhile. Where many rows fail, it ends before the last one, and is called again.
 */
function enrich(
  frames: readonly InputFrame[],
  limits: StepLimits,
  enriching: EnrichRows,
): { output: OutputFrame[]; rowsAll: number } {
  const passed = frames.flatMap((frame) => frame.sections.filter((s) => s.name !== 'ok' && s.rows > 0));
  const runs = okRuns(frames);
  const rowsAll = Math.max(
    1,
    runs.reduce((sum, run) => sum + rowCount(run), passed.length),
  );
  const pieces = passed.slice(limits.rowsDone).map((s): Piece => ({ sections: [s], rows: 1 }));
  let done = Math.max(0, limits.rowsDone - passed.length);
  for (const events of runs) {
    if (!enriching.isTired)
      pieces.push(...eventPieces(events, Math.min(done, rowCount(events)), frames, limits, enriching));
    done = Math.max(0, done - rowCount(events));
  }
  const output: OutputFrame[] = [];
  let rowsDone = limits.rowsDone;
  for (const group of grouped(pieces, limits.frameBytesMax)) {
    rowsDone += group.reduce((sum, piece) => sum + piece.rows, 0);
    output.push({ sections: group.flatMap((piece) => piece.sections), rowsDone });
  }
  return { output: output.length > 0 ? output : [{ sections: [], rowsDone: rowsAll }], rowsAll };
}

function eventPieces(
  events: DataFrame,
  done: number,
  frames: readonly InputFrame[],
  limits: StepLimits,
  enriching: EnrichRows,
): Piece[] {
  const rows = rowCount(events) - done;
  if (rows === 0) return [];
  const bytes = frames.reduce((sum, frame) => frame.sections.reduce((total, s) => total + s.bytes, sum), 0);
  const count = Math.max(1, Math.ceil(bytes / (inputBytesPerOutput * limits.frameBytesMax)));
  const size = Math.ceil(rows / count);
  const pieces: Piece[] = [];
  for (let at = 0; at < rows && !enriching.isTired; at += size)
    pieces.push(...enriching.pieces(slice(events, done + at, Math.min(size, rows - at))));
  return pieces;
}

/** Neighbouring pieces that fit into one frame together. */
function grouped(pieces: readonly Piece[], bytesMax: number): Piece[][] {
  const groups: Piece[][] = [];
  let room = 0;
  for (const piece of pieces) {
    const bytes = piece.sections.reduce((sum, s) => sum + s.bytes, 0);
    if (groups.length === 0 || bytes > room) {
      groups.push([piece]);
      room = bytesMax - bytes;
    } else {
      groups.at(-1)!.push(piece);
      room -= bytes;
    }
  }
  return groups;
}
