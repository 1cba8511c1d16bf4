/** The step of enrich: SQL over the accepted rows and the reference tables; what validate refused passes through. */
import { rowCount, slice, writeFrame, type DataFrame } from '#columns/frames';
import { runSql } from '#columns/sql';
import type { Reason } from '#contract/reason';
import { lastHead, type InputFrame, type OutputFrame, type Step, type StepLimits } from '#frame/step';
import { section, type Section } from '#frame/sections';
import { okRows } from './ok-rows.js';
import { refuseRows } from './refuse-rows.js';
import { splitRows, type Piece } from './split-rows.js';

/** Reference tables as one step uses them: a value, never changed. */
export interface References {
  readonly tables: Readonly<Record<string, DataFrame>>;
  /** `name=hash` of each, for the frame header. */
  readonly versions: string;
}

/** Valid rows shrink when they are compressed, so pieces of this multiple of a frame's target seldom need a second try. */
const INPUT_BYTES_PER_OUTPUT = 2;

/** @param sql undefined passes the rows unchanged @param references read at each step: they may be refreshed in between */
export function enrichStep(sql: string | undefined, references: () => References): Step<undefined> {
  return ({ frames, limits }) => {
    const current = references();
    const refused: Refused = new Map();
    const { output, rowsAll } = enrich(frames, limits, (events) => transform(sql, events, current, limits.payloadBytesMax, refused));
    const { watermarkMs, idle } = lastHead(frames);
    return { state: undefined, output, rowsAll, watermarkMs, idle, quarantined: countRefused(output, refused), ...(current.versions !== '' && { references: current.versions }) };
  };
}

/** Why the rows of a section were refused: pieces may be tried and thrown away, so what counts is what gets into the output. */
type Refused = Map<Section, Reason>;

function countRefused(output: readonly OutputFrame[], refused: Refused): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const section of output.flatMap(({ sections }) => sections)) {
    const reason = refused.get(section);
    if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + section.rows;
  }
  return counts;
}

function transform(sql: string | undefined, events: DataFrame, { tables }: References, payloadBytesMax: number, refused: Refused): Section[] {
  const refuse = (reason: 'step_failed' | 'too_large', message: string): Section[] => {
    const rows = refuseRows(events, { by: 'enrich', reason, message }, payloadBytesMax / 2);
    refused.set(rows, reason);
    return [rows];
  };
  try {
    const rows = sql === undefined ? events : runSql(sql, { events, ...tables });
    if (rowCount(rows) === 0) return [];
    const bytes = writeFrame(rows, 'lz4');
    if (rowCount(events) === 1 && bytes.length > payloadBytesMax) return refuse('too_large', `what the SQL makes of this event takes ${bytes.length} bytes, more than a frame can hold`);
    return [section('ok', 'arrow', bytes, rowCount(rows))];
  } catch (error) {
    return refuse('step_failed', (error as Error).message.split('\n')[0]!);
  }
}

/**
 * The units of a step are its passed-on sections, then its rows: a step that was cut off goes on at a row of its input,
 * so it does not matter if a reference table has changed meanwhile.
 */
function enrich(frames: readonly InputFrame[], limits: StepLimits, run: (events: DataFrame) => Section[]): { output: OutputFrame[]; rowsAll: number } {
  const passed = frames.flatMap((frame) => frame.sections.filter((s) => s.name !== 'ok' && s.rows > 0));
  const events = okRows(frames);
  const rows = events ? rowCount(events) : 0;
  const rowsAll = Math.max(1, passed.length + rows);
  const pieces = [
    ...passed.slice(limits.rowsDone).map((s): Piece => ({ sections: [s], rows: 1 })),
    ...(events ? eventPieces(events, Math.max(0, limits.rowsDone - passed.length), frames, limits, run) : []),
  ];
  const output: OutputFrame[] = [];
  let rowsDone = limits.rowsDone;
  for (const group of grouped(pieces, limits.frameBytesMax)) {
    rowsDone += group.reduce((sum, piece) => sum + piece.rows, 0);
    output.push({ sections: group.flatMap((piece) => piece.sections), rowsDone });
  }
  return { output: output.length > 0 ? output : [{ sections: [], rowsDone: rowsAll }], rowsAll };
}

function eventPieces(events: DataFrame, done: number, frames: readonly InputFrame[], limits: StepLimits, run: (events: DataFrame) => Section[]): Piece[] {
  const rows = rowCount(events) - done;
  const bytes = frames.reduce((sum, frame) => frame.sections.reduce((total, s) => total + s.bytes, sum), 0);
  const count = Math.max(1, Math.ceil(bytes / (INPUT_BYTES_PER_OUTPUT * limits.frameBytesMax)));
  const size = Math.ceil(rows / count);
  const pieces: Piece[] = [];
  for (let at = 0; at < rows; at += size) pieces.push(...splitRows(slice(events, done + at, Math.min(size, rows - at)), limits.frameBytesMax, run));
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
