/**
 * Finds the rows of one input frame on which a step fails: a pure, serialisable state (JSON) that says what to try next and is told what came of it.
 *
 * A range of rows that fails is cut into pieces, and each is tried alone, down to single rows. These trials are dry: on a state of their own, and what
 * they give is thrown away. Then the frame is stepped in earnest, without the guilty rows. Rows that fail only together are guilty together.
 *
 * Cost, for n rows: what throws is cut into 4, so one guilty row takes about 4·log4(n) trials, and a frame full of them less than n·3/2, over at most
 * n·log4(n) rows in all; that on which the process dies is cut into 32, because each costs a death: about log32(n) of them for one guilty row.
 */
import { type RefusedRows, refusedRows } from '#frame/refused';

/** Rows `from` (inclusive) to `to` (exclusive), by their place among those the step works on. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

interface Failed extends RowRange {
  readonly said: string;
  /** A process died of it. */
  readonly deadly?: true;
}

export interface Narrowing {
  /** Rows of the frame that the step works on. */
  readonly rows: number;
  /** Ranges still to be tried, ascending. */
  readonly suspects: readonly RowRange[];
  /** Ranges that have failed and whose pieces are being tried: each within the one before. */
  readonly failed: readonly Failed[];
  /** Ascending: single rows, or ranges that fail only as a whole. */
  readonly guilty: readonly Failed[];
  /** How often the frame has failed in earnest, and what was said last. */
  readonly failures: number;
  readonly said: string;
  /** What is tried in earnest: the frame without its guilty rows, or without any; or nothing is left to try. */
  readonly earnest: 'some' | 'none' | 'nothing';
}

/** What to try next. */
export type Trial =
  /** Only these rows, dry. */
  | ({ readonly kind: 'rows' } & RowRange)
  /** In earnest, without these rows. Without any where no row fails alone: what made the frame fail may have passed. */
  | { readonly kind: 'frame'; readonly refused: readonly RefusedRows[] }
  /** The step fails without the rows, too. */
  | { readonly kind: 'halt'; readonly said: string };

export type Outcome =
  | { readonly kind: 'passed' }
  /** The step threw. @param said the first line of its message */
  | { readonly kind: 'failed'; readonly said: string }
  /** The process died of the trial, or the step did not return. */
  | { readonly kind: 'died'; readonly said: string };

/** A frame of which no row fails alone is refused whole when it has failed in earnest so often. */
export const failuresMax = 3;
const piecesOfFailing = 4;
const piecesOfDeadly = 32;

/** A frame is suspect: the step has failed on it, or on a batch that it was in. @param rows rows of it that the step works on */
export function beginNarrowing(rows: number): Narrowing {
  return {
    rows,
    suspects: rows === 0 ? [] : [{ from: 0, to: rows }],
    failed: [],
    guilty: [],
    failures: 0,
    said: '',
    earnest: 'some',
  };
}

export function nextTrial({ suspects, guilty, said, earnest }: Narrowing): Trial {
  const [next] = suspects;
  if (next) return { kind: 'rows', ...next };
  if (earnest === 'nothing') return { kind: 'halt', said };
  return {
    kind: 'frame',
    refused: earnest === 'none' ? [{ rows: 'all', message: said }] : refusedRows(guilty.flatMap(singleRows)),
  };
}

/** After a trial. A frame that passed in earnest is done, and its narrowing forgotten. */
export function learn(narrowing: Narrowing, outcome: Outcome): Narrowing {
  if (narrowing.suspects.length > 0) return explained(afterRows(narrowing, outcome));
  return outcome.kind === 'passed' ? narrowing : afterFrame(narrowing, outcome.said);
}

function afterRows(narrowing: Narrowing, outcome: Outcome): Narrowing {
  const [tried, ...suspects] = narrowing.suspects as [RowRange, ...RowRange[]];
  if (outcome.kind === 'passed') return { ...narrowing, suspects };
  const found: Failed = { ...tried, said: outcome.said, ...(outcome.kind === 'died' && { deadly: true }) };
  if (tried.to - tried.from === 1) return { ...narrowing, suspects, guilty: [...narrowing.guilty, found] };
  const pieces = cut(tried, outcome.kind === 'died' ? piecesOfDeadly : piecesOfFailing);
  return { ...narrowing, suspects: [...pieces, ...suspects], failed: [...narrowing.failed, found] };
}

/** A range of which every piece was tried, and none is guilty, is guilty itself; but not of a death: the machine may have been slow, or short of memory. */
function explained(narrowing: Narrowing): Narrowing {
  const last = narrowing.failed.at(-1);
  if (!last || (narrowing.suspects[0]?.from ?? Infinity) < last.to) return narrowing;
  const hasGuilty = (narrowing.guilty.at(-1)?.to ?? 0) > last.from;
  return explained({
    ...narrowing,
    failed: narrowing.failed.slice(0, -1),
    guilty: hasGuilty || last.deadly ? narrowing.guilty : [...narrowing.guilty, last],
  });
}

function afterFrame(narrowing: Narrowing, said: string): Narrowing {
  const { rows, guilty, earnest } = narrowing;
  const failures = narrowing.failures + 1;
  const isOver = guilty.length > 0 || failures >= failuresMax;
  const next = earnest === 'none' || (rows === 0 && isOver) ? 'nothing' : isOver ? 'none' : 'some';
  return { ...narrowing, failures, said, earnest: next };
}

/** A short range falls into single rows: a level less where many are guilty. */
function cut({ from, to }: RowRange, pieces: number): RowRange[] {
  const size = to - from <= 2 * pieces ? 1 : Math.ceil((to - from) / pieces);
  return Array.from({ length: Math.ceil((to - from) / size) }, (_, i) => ({
    from: from + i * size,
    to: Math.min(to, from + (i + 1) * size),
  }));
}

function singleRows({ from, to, said }: Failed): Array<{ row: number; message: string }> {
  return Array.from({ length: to - from }, (_, i) => ({ row: from + i, message: said }));
}
