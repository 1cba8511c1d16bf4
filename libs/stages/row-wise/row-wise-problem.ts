/**
 * Whether SQL over events takes each event alone: its result may not depend on which events come together in a frame, and no event may become
 * several rows but by its own lists. What the query does is read from polars' own plan of it; subqueries over references alone may do what they like.
 */
import type { DataFrame } from '#columns/polars/data-frames';
import { columnNames, slice } from '#columns/polars/data-frames';
import { queryPlan } from '#columns/polars/sql';
import { expressionProblem, givesOneValue } from './expression-problem.js';
import { isColumn, kindOf, type PlanPart } from './plan-part.js';

/** A reference table, of which only the columns count. */
export interface Reference {
  readonly frame: DataFrame;
  /** The column that identifies a row. */
  readonly key: string;
}

type Body = Readonly<Record<string, PlanPart>>;

/** What is known of the rows of a part of a query. */
interface Rows {
  /** They come from events. */
  readonly ofEvents: boolean;
  readonly columns: readonly string[];
  /** Sets of columns of which no two rows have the same values; an empty one: there is one row. */
  readonly unique: readonly (readonly string[])[];
}

/** @param events of which only the columns count @returns what it does that it may not; undefined when all is well */
export function rowWiseProblem(
  sql: string,
  events: DataFrame,
  references: Readonly<Record<string, Reference>>,
): string | undefined {
  const frames = Object.entries(references).map(([name, { frame }]) => [name, slice(frame, 0, 0)] as const);
  const plan = queryPlan(sql, { events: slice(events, 0, 0), ...Object.fromEntries(frames) }) as PlanPart;
  const reading = new PlanReading(columnNames(events), Object.values(references));
  reading.rows(plan);
  return reading.problem;
}

class PlanReading {
  problem: string | undefined;

  constructor(
    private readonly eventColumns: readonly string[],
    private readonly references: readonly Reference[],
  ) {}

  rows(part: PlanPart): Rows {
    const [kind, body] = kindOf(part);
    const read = this.#readers[kind];
    if (read) return read(body as Body);
    // Of anything else only whether events are in it.
    const ofEvents = this.#inputsOf(body).some((input) => this.rows(input).ofEvents);
    if (ofEvents) this.#refuse(namesOf[kind] ?? `${kind}, of which Afluente does not know how many rows it looks at`);
    return { ofEvents, columns: [], unique: [] };
  }

  readonly #readers: Readonly<Record<string, (body: Body) => Rows>> = {
    IR: ({ dsl }) => this.rows(dsl!),
    Cache: ({ input }) => this.rows(input!),
    DataFrameScan: ({ schema }) => this.#table(Object.keys((schema as Body)['fields'] as Body)),
    Filter: ({ input, predicate }) => this.#each(this.rows(input!), [predicate!]),
    HStack: ({ input, exprs }) => this.#added(this.rows(input!), exprs as PlanPart[]),
    Select: ({ input, expr }) => this.#selected(this.rows(input!), expr as PlanPart[]),
    GroupBy: ({ input, keys, aggs }) => this.#grouped(this.rows(input!), keys as PlanPart[], aggs as PlanPart[]),
    Distinct: ({ input }) => this.#distinct(input!),
    Join: (body) => this.#joined(body),
    MapFunction: ({ input, function: called }) => this.#mapped(this.rows(input!), kindOf(called!)[0]),
    HConcat: ({ inputs }) => this.#beside((inputs as PlanPart[]).map((input) => this.rows(input))),
  };

  #table(columns: readonly string[]): Rows {
    const isOf = (names: readonly string[]): boolean => names.join('\n') === columns.join('\n');
    if (isOf(this.eventColumns)) return { ofEvents: true, columns, unique: [] };
    const keys = this.references.filter(({ frame }) => isOf(columnNames(frame))).map(({ key }) => key);
    return { ofEvents: false, columns, unique: new Set(keys).size === 1 ? [[keys[0]!]] : [] };
  }

  #each(rows: Rows, expressions: readonly PlanPart[]): Rows {
    if (rows.ofEvents) {
      const problem = expressions.map(expressionProblem).find((found) => found !== undefined);
      if (problem !== undefined) this.#refuse(problem);
    }
    return rows;
  }

  #added(rows: Rows, expressions: readonly PlanPart[]): Rows {
    const replaced = outputNames(expressions.filter((one) => !isColumn(one)));
    return {
      ...this.#each(rows, expressions),
      columns: [...rows.columns, ...outputNames(expressions)],
      unique: rows.unique.filter((key) => !key.some((name) => replaced.includes(name))),
    };
  }

  #selected(rows: Rows, expressions: readonly PlanPart[]): Rows {
    this.#each(rows, expressions);
    const isOneRow = !rows.ofEvents && expressions.every(givesOneValue);
    const renamed = rows.unique.flatMap((names) => {
      const now = names.map((name) =>
        expressions.map((one) => nameGiven(one, name)).find((given) => given !== undefined),
      );
      return now.some((name) => name === undefined) ? [] : [now as string[]];
    });
    return { ...rows, columns: outputNames(expressions), unique: isOneRow ? [[]] : renamed };
  }

  #grouped(rows: Rows, keys: readonly PlanPart[], measures: readonly PlanPart[]): Rows {
    if (rows.ofEvents) this.#refuse('GROUP BY');
    return { ...rows, columns: outputNames([...keys, ...measures]), unique: [outputNames(keys)] };
  }

  #distinct(input: PlanPart): Rows {
    const rows = this.rows(input);
    if (rows.ofEvents) this.#refuse('DISTINCT');
    return { ...rows, unique: [rows.columns] };
  }

  #joined(body: Body): Rows {
    const [left, right] = [this.rows(body['input_left']!), this.rows(body['input_right']!)];
    const { how, suffix } = (body['options'] as Body)['args'] as Body;
    const [kind] = kindOf(how!);
    const sides: Sides = { left, right, suffix: String(suffix) };
    if (left.ofEvents && right.ofEvents) this.#refuse('a join of events with events');
    else if (left.ofEvents || right.ofEvents) this.#lookUp(kind, sides, body);
    return { ofEvents: left.ofEvents || right.ofEvents, columns: columnsOf(kind, sides), unique: [] };
  }

  /** Of each event there may be one row of what is joined. */
  #lookUp(kind: string, sides: Sides, { left_on, right_on, predicates }: Body): void {
    const isLeft = sides.left.ofEvents;
    if (!(isLeft ? eventsLeft : eventsRight).has(kind))
      return this.#refuse(`a join (${kind.toUpperCase()}) that gives rows without an event`);
    if (onlyLooksUp.has(kind)) return;
    const on = [
      ...outputNames((isLeft ? right_on : left_on) as PlanPart[]),
      ...equalNames(predicates as PlanPart[], sides, isLeft),
    ];
    const { unique } = isLeft ? sides.right : sides.left;
    if (unique.some((key) => key.every((name) => on.includes(name)))) return;
    const named = on.length === 0 ? 'without ON' : `ON ${on.join(', ')}`;
    this.#refuse(`a join ${named}, which is not the key of what is joined, so an event could become several rows`);
  }

  /** Items of the lists of an event are its own affair. */
  #mapped(rows: Rows, called: string): Rows {
    if (rows.ofEvents && !functionsOfOneEvent.has(called)) this.#refuse(`${called}, a function of several rows`);
    return { ...rows, unique: [] };
  }

  /** What a subquery in a condition gives stands beside the rows. */
  #beside(all: readonly Rows[]): Rows {
    const ofEvents = all.filter((rows) => rows.ofEvents).length;
    if (ofEvents > 1) this.#refuse('a subquery over events');
    return { ofEvents: ofEvents > 0, columns: all.flatMap(({ columns }) => columns), unique: [] };
  }

  #inputsOf(body: PlanPart): PlanPart[] {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
    const { input, inputs, contexts } = body as Body;
    return [
      input,
      ...((inputs as PlanPart[] | undefined) ?? []),
      ...((contexts as PlanPart[] | undefined) ?? []),
    ].filter((one) => one !== undefined);
  }

  #refuse(what: string): void {
    this.problem ??= what;
  }
}

/** As users write what a plan calls otherwise. */
const namesOf: Readonly<Record<string, string>> = {
  Slice: 'LIMIT or OFFSET',
  Sort: 'ORDER BY',
  Union: 'UNION',
};
const eventsLeft: ReadonlySet<string> = new Set(['Left', 'Inner', 'Cross', 'Semi', 'Anti']);
const eventsRight: ReadonlySet<string> = new Set(['Right', 'Inner', 'Cross']);
const functionsOfOneEvent: ReadonlySet<string> = new Set(['Explode', 'Unnest', 'Rename']);
const onlyLooksUp: ReadonlySet<string> = new Set(['Semi', 'Anti']);

/** What the column of this name is called behind the expression; undefined where it is another's. */
function nameGiven(expression: PlanPart, name: string): string | undefined {
  const [kind, body] = kindOf(expression);
  if (kind === 'Column') return body === name ? name : undefined;
  return kind === 'Alias' && Array.isArray(body) && nameGiven(body[0], name) !== undefined
    ? String(body[1])
    : undefined;
}

function outputNames(expressions: readonly PlanPart[]): string[] {
  return expressions.flatMap((expression) => {
    const [kind, body] = kindOf(expression);
    if (kind === 'Column') return [String(body)];
    return kind === 'Alias' && Array.isArray(body) ? [String(body[1])] : [];
  });
}

/** Both sides of a join; columns of the right one that the left has, too, get the suffix. */
interface Sides {
  readonly left: Rows;
  readonly right: Rows;
  readonly suffix: string;
}

function columnsOf(kind: string, { left, right, suffix }: Sides): string[] {
  if (onlyLooksUp.has(kind)) return [...left.columns];
  return [...left.columns, ...right.columns.map((name) => (left.columns.includes(name) ? name + suffix : name))];
}

/** Columns of the side without events that conditions want to be equal to one of the other side. */
function equalNames(conditions: readonly PlanPart[], { left, suffix }: Sides, isLeft: boolean): string[] {
  const isOfLeft = (name: string): boolean => !name.endsWith(suffix) && left.columns.includes(name);
  return conditions.flatMap((condition) => {
    const [kind, body] = kindOf(condition);
    const { left: one, op, right: other } = (body ?? {}) as Body;
    if (kind !== 'BinaryExpr' || op !== 'Eq' || !isColumn(one!) || !isColumn(other!)) return [];
    const names = [one.Column, other.Column];
    const others = names.filter((name) => isOfLeft(name) !== isLeft);
    return others.length === 1
      ? others.map((name) => (isLeft && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name))
      : [];
  });
}
