/** What the SQL of enrich makes of rows. Those on which it fails are found and refused, each with what the SQL says of it alone. */
import { type DataFrame, pickRows, rowCount, slice, writeDataFrame } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Reason } from '#contract/values/reason';
import { type Section, section } from '#frame/sections';
import type { OutputFrame, StepLimits } from '#frame/step';
import { type FittedRows, fitRows } from '../rows/fit-rows.js';
import { eventsOf, type RefusedEvent, rejectedSection, whyOf } from '../rows/refuse-rows.js';
import type { Why } from '../rows/rejected-columns.js';
import { type Piece, splitRows } from '../rows/split-rows.js';
import { type Demand, unstorable } from '../rows/storable.js';

/** Reference tables as one step uses them: a value, never changed. */
export interface References {
  readonly tables: Readonly<Record<string, DataFrame>>;
  /** `name=hash` of each, for the frame header. */
  readonly versions: string;
}

export interface Enriching {
  readonly sql: string | undefined;
  readonly references: References;
  readonly demands: readonly Demand[];
  readonly limits: StepLimits;
  /** Of the rows as the SQL takes them; undefined: all have them. */
  readonly columns?: readonly ColumnSpec[] | undefined;
}

/** A piece that fails is cut into so many: half of the rows may be bad, and then every level between the whole and single rows is in vain. */
const piecesOfFailing = 4;
/** So many runs of the SQL may look for bad rows in one step, under half a second; the step is called again for the rest. */
const runsMax = 400;

type Bad = ReadonlyMap<number, string>;

export class EnrichRows {
  #runs = 0;
  readonly #refused = new Map<Section, readonly RefusedEvent[]>();

  constructor(private readonly enriching: Enriching) {}

  /** Whether looking for bad rows has taken long enough. */
  get isTired(): boolean {
    return this.#runs >= runsMax;
  }

  /** The rows in pieces that fit into frames: all of them, or the first ones where looking for bad rows takes too long. */
  pieces(events: DataFrame): Piece[] {
    try {
      return splitRows(events, this.enriching.limits.frameBytesMax, (piece) => this.#sections(piece, []));
    } catch {
      return this.#piecesWithBad(events);
    }
  }

  /** Refused rows of the output by reason: pieces may be tried and thrown away. */
  refusedIn(output: readonly OutputFrame[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { why } of output.flatMap(({ sections }) => sections.flatMap((s) => this.#refused.get(s) ?? [])))
      counts[why.reason] = (counts[why.reason] ?? 0) + 1;
    return counts;
  }

  #piecesWithBad(events: DataFrame): Piece[] {
    const { frameBytesMax } = this.enriching.limits;
    // A query that fails on no rows fails on all, e.g. since a reference lost a column.
    const said = this.#failure(slice(events, 0, 0));
    if (said !== undefined)
      return splitRows(events, frameBytesMax, (piece) => [this.#reject(this.#failed(piece, () => said))]);
    const bad = new Map<number, string>();
    return this.#fit(events, { from: 0, to: this.#findBad(events, bad) }, bad);
  }

  /** @returns up to where all rows are known @param bad gets the rows on which the SQL fails, with what it says of each */
  #findBad(events: DataFrame, bad: Map<number, string>): number {
    const todo = cut({ from: 0, to: rowCount(events) }).reverse();
    let known = 0;
    for (let next = todo.pop(); next && !this.isTired; next = todo.pop()) {
      const { from, to } = next;
      const said = this.#failure(slice(events, from, to - from));
      if (said !== undefined && to - from > 1) {
        todo.push(...cut(next).reverse());
        continue;
      }
      if (said !== undefined) bad.set(from, said);
      known = to;
    }
    return known;
  }

  #failure(events: DataFrame): string | undefined {
    this.#runs++;
    try {
      this.#run(this.#take(events).rows);
      return undefined;
    } catch (error) {
      return firstLineOf(error);
    }
  }

  /** The good rows of a range together, in halves where they do not fit into a frame, or fail only together. */
  #fit(events: DataFrame, range: Range, bad: Bad): Piece[] {
    const rows = range.to - range.from;
    if (rows === 0) return [];
    try {
      const places = Array.from({ length: rows }, (_, i) => range.from + i);
      const failed = places.filter((row) => bad.has(row));
      const good = places.filter((row) => !bad.has(row));
      const refused = failed.length === 0 ? [] : this.#failed(pickRows(events, failed), (at) => bad.get(failed[at]!)!);
      const sections = good.length > 0 ? this.#sections(pickRows(events, good), refused) : [this.#reject(refused)];
      if (rows === 1 || bytesOf(sections) <= this.enriching.limits.frameBytesMax) return [{ sections, rows }];
    } catch (error) {
      if (rows === 1)
        return [
          { sections: [this.#reject(this.#failed(slice(events, range.from, 1), () => firstLineOf(error)))], rows },
        ];
    }
    const half = range.from + (rows >> 1);
    return [
      ...this.#fit(events, { from: range.from, to: half }, bad),
      ...this.#fit(events, { from: half, to: range.to }, bad),
    ];
  }

  /** Sections of what the SQL makes of rows, with others that are refused. Throws where the SQL fails. */
  #sections(events: DataFrame, others: readonly RefusedEvent[]): Section[] {
    const { limits, demands } = this.enriching;
    const { rows: taken, refused: strange } = this.#take(events);
    const rows = this.#run(taken);
    const whys = unstorable(rows, demands, 'enrich');
    const kept = whys === undefined ? rows : pick(rows, (row) => whys[row] === undefined);
    const refused = [
      ...others,
      ...strange,
      ...(whys === undefined ? [] : refusedBy(whys, rows, limits.payloadBytesMax / 2)),
    ];
    const rejected = refused.length > 0 ? [this.#reject(refused)] : [];
    if (!kept || rowCount(kept) === 0) return rejected;
    const bytes = writeDataFrame(kept, 'lz4');
    if (rowCount(events) > 1 || bytes.length <= limits.payloadBytesMax)
      return [section('ok', 'arrow', bytes, rowCount(kept)), ...rejected];
    const message = `what the SQL makes of this event takes ${bytes.length} bytes, more than a frame can hold`;
    return [this.#reject([...others, ...this.#events(events, 'too_large', () => message)])];
  }

  /** What another version of the pipeline accepted, as this one would have. */
  #take(events: DataFrame): FittedRows {
    const { columns, limits } = this.enriching;
    return (columns && fitRows(events, columns, 'enrich', limits.payloadBytesMax / 2)) ?? { rows: events, refused: [] };
  }

  #run(events: DataFrame): DataFrame {
    const { sql, references } = this.enriching;
    return sql === undefined ? events : runSql(sql, { events, ...references.tables });
  }

  #failed(events: DataFrame, said: (row: number) => string): RefusedEvent[] {
    return this.#events(events, 'step_failed', said);
  }

  #events(events: DataFrame, reason: Reason, message: (row: number) => string): RefusedEvent[] {
    return eventsOf(events, this.enriching.limits.payloadBytesMax / 2).map((event, row) => ({
      event,
      why: whyOf('enrich', reason, message(row)),
    }));
  }

  #reject(refused: readonly RefusedEvent[]): Section {
    const rejected = rejectedSection(refused);
    this.#refused.set(rejected, refused);
    return rejected;
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A short range falls into single rows. */
function cut({ from, to }: Range): Range[] {
  const size = to - from <= 2 * piecesOfFailing ? 1 : Math.ceil((to - from) / piecesOfFailing);
  return Array.from({ length: Math.ceil((to - from) / size) }, (_, i) => ({
    from: from + i * size,
    to: Math.min(to, from + (i + 1) * size),
  }));
}

function pick(rows: DataFrame, keeps: (row: number) => boolean): DataFrame | undefined {
  const places = Array.from({ length: rowCount(rows) }, (_, row) => row).filter(keeps);
  return places.length === 0 ? undefined : pickRows(rows, places);
}

function refusedBy(whys: readonly (Why | undefined)[], rows: DataFrame, payloadBytesMax: number): RefusedEvent[] {
  const places = whys.flatMap((why, row) => (why ? [row] : []));
  return eventsOf(pickRows(rows, places), payloadBytesMax).map((event, i) => ({ event, why: whys[places[i]!]! }));
}

function bytesOf(sections: readonly Section[]): number {
  return sections.reduce((sum, { bytes }) => sum + bytes, 0);
}

function firstLineOf(error: unknown): string {
  return (error as Error).message.split('\n')[0]!;
}
