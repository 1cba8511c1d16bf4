/** Whether an expression of a query, as polars plans it, looks at one row at a time. */
import { isColumn, kindOf, type PlanPart } from './plan-part.js';

/** Functions that give each row its own value, by their names in a plan. */
const functionsOfOneRow: ReadonlySet<string> = new Set(
  (
    'Abs AsStruct Atan2 BinaryExpr Bitwise ArrayExpr Cbrt Ceil Clip Coalesce Exp FillNull Floor Hash ListExpr Log Log1p MaxHorizontal MeanHorizontal ' +
    'MinHorizontal Negate Pow Replace ReplaceStrict Round RoundSF Sign StringExpr StructExpr SumHorizontal TemporalExpr Trigonometry Truncate'
  ).split(' '),
);
const testsOfOneRow: ReadonlySet<string> = new Set(
  'AllHorizontal AnyHorizontal IsBetween IsClose IsFinite IsIn IsInfinite IsNan IsNotNan IsNotNull IsNull Not'.split(
    ' ',
  ),
);
/** What is made of other expressions, row by row. */
const ofParts: ReadonlySet<string> = new Set(['Alias', 'Cast', 'BinaryExpr', 'Ternary']);
/** Columns that polars makes of what a subquery gives. */
const ofSubquery = /^_POLARS_TMP_/;

/** What of it looks at several rows, as a user would call it; undefined when nothing does. */
export function expressionProblem(expression: PlanPart): string | undefined {
  if (expression === 'Len') return 'COUNT(*) or another count of rows';
  const [kind, body] = kindOf(expression);
  switch (kind) {
    case 'Column':
    case 'Literal':
      return undefined;
    case 'Over':
    case 'Window':
      return 'OVER (…), a window over rows';
    case 'Agg':
      return readsRows(body) ? `the aggregate ${kindOf(body)[0].toUpperCase()}` : undefined;
    case 'Function':
      return functionProblem(body as unknown as FunctionCall);
    case 'Eval':
      // What is done with the items of one list.
      return expressionProblem((body as { readonly expr: PlanPart }).expr);
    default:
      if (ofParts.has(kind)) return partsOf(body).map(expressionProblem).find(isProblem);
      return `${kind}, of which Afluente does not know how many rows it looks at`;
  }
}

/** Whether there is one value of all rows together, as of an aggregate. */
export function givesOneValue(expression: PlanPart): boolean {
  const [kind, body] = kindOf(expression);
  if (kind === 'Len' || kind === 'Agg' || kind === 'Literal') return true;
  if (kind === 'Function') return kindOf((body as unknown as FunctionCall).function)[0] === 'NullCount';
  return ofParts.has(kind) && partsOf(body).every(givesOneValue);
}

interface FunctionCall {
  readonly input: readonly PlanPart[];
  readonly function: PlanPart;
}

function functionProblem({ input, function: called }: FunctionCall): string | undefined {
  const [name, detail] = kindOf(called);
  const isOfOneRow =
    name === 'Boolean'
      ? testsOfOneRow.has(kindOf(detail)[0])
      : functionsOfOneRow.has(name) && !isVertical(name, detail);
  if (!isOfOneRow)
    return name === 'Range' ? 'a number of rows, e.g. ROW_NUMBER()' : `${name}, a function of several rows`;
  return input.map(expressionProblem).find(isProblem);
}

function isVertical(name: string, detail: PlanPart): boolean {
  return name === 'StringExpr' && kindOf(detail)[0] === 'ConcatVertical';
}

/** A list of constants is an aggregate, too. */
function readsRows(part: PlanPart): boolean {
  if (isColumn(part)) return !ofSubquery.test(part.Column);
  if (Array.isArray(part)) return part.some(readsRows);
  if (typeof part !== 'object' || part === null || 'Literal' in part) return part === 'Len';
  return Object.values(part).some(readsRows);
}

/** The expressions in it: of an alias without its name, of a cast without its type. */
function partsOf(body: PlanPart): PlanPart[] {
  if (Array.isArray(body)) return body.slice(0, 1);
  const { expr, left, right, predicate, truthy, falsy } = body as Readonly<Record<string, PlanPart>>;
  return [expr, left, right, predicate, truthy, falsy].filter((part) => part !== undefined);
}

function isProblem(problem: string | undefined): problem is string {
  return problem !== undefined;
}
