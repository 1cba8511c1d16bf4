/** From a pipeline file to what the steps need: contracts, column types of every table, window specifications; or problems. */

import { columnNames, type DataFrame, emptyDataFrame } from '#columns/polars/data-frames';
import { describe } from '#columns/polars/describe';
import { runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import { withoutValues } from '#columns/types/data-frame-error';
import { compileContract } from '#contract/columns/compile-contract';
import type { Contract } from '#contract/columns/contract';
import { checkColumns } from '#delta/check-columns';
import { columnOf } from '#pipeline/model/field-path';
import type { Pipeline, Table, Window } from '#pipeline/model/model';
import { lateness } from '#pipeline/model/window-facts';
import { type Measure, parseMeasure } from '#windows/spec/measure';
import { resultsSpec } from '#windows/spec/results-spec';
import type { WindowSpec } from '#windows/spec/window-spec';
import { fieldPlaces } from '../raw/event-identity.js';
import { rowWiseProblem } from '../row-wise/row-wise-problem.js';
import { type Demand, neverEmpty, timesWithin } from '../rows/storable.js';
import { validColumns } from '../steps/validate-pass.js';
import { at, type CompileProblem } from './compile-problem.js';
import { messageProblems } from './message-problems.js';
import { tableKinds } from './table-kinds.js';
import { columnsWithPartitions } from './table-rows.js';
import { takenColumns, takingProblem } from './taken-rows.js';

export interface CompiledPipeline {
  readonly pipeline: Pipeline;
  /** By source. */
  readonly contracts: Readonly<Record<string, Contract>>;
  /** Columns that enrich gives, by source. */
  readonly enriched: Readonly<Record<string, readonly ColumnSpec[]>>;
  /** By window. */
  readonly windows: Readonly<Record<string, WindowSpec>>;
  /** Columns of each window's results, by window. */
  readonly results: Readonly<Record<string, readonly ColumnSpec[]>>;
}

export type Compiled =
  | { readonly ok: true; readonly compiled: CompiledPipeline }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/** @param contracts parsed JSON Schemas by source @param references reference tables by name */
export function compilePipeline(
  pipeline: Pipeline,
  contracts: Readonly<Record<string, unknown>>,
  references: Readonly<Record<string, DataFrame>>,
): Compiled {
  const problems: CompileProblem[] = [];
  const compiled = compileContracts(pipeline, contracts, problems);
  const enriched: Record<string, readonly ColumnSpec[]> = {};
  for (const [source, contract] of Object.entries(compiled)) {
    const columns = enrichedColumns(pipeline, source, contract, references, problems);
    if (columns) enriched[source] = columns;
  }
  const windows: Record<string, WindowSpec> = {};
  const results: Record<string, readonly ColumnSpec[]> = {};
  for (const window of Object.values(pipeline.windows)) {
    const columns = enriched[window.from];
    const spec = windowSpec(pipeline, window, problems);
    if (!columns || !spec) continue;
    const found = resultsSpec(spec, columns);
    if ('problem' in found)
      problems.push(at(['windows', window.name], found.problem, 'See the columns that its enrich SQL gives.'));
    else [windows[window.name], results[window.name]] = [spec, found];
  }
  const isSound = problems.length === 0;
  for (const table of Object.values(pipeline.lake.tables)) {
    const columns = tableKinds[table.stage].columns({ enriched, results }, table.origin);
    if (columns) problems.push(...tableProblems(columns, table, isSound));
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, compiled: { pipeline, contracts: compiled, enriched, windows, results } };
}

/** Columns of the rows that a table takes. */
export function columnsBefore(compiled: CompiledPipeline, { stage, origin }: Table): readonly ColumnSpec[] {
  return tableKinds[stage].columns(compiled, origin)!;
}

/** Columns of a table's rows, before partition columns are derived. */
export function tableColumns(compiled: CompiledPipeline, table: Table): readonly ColumnSpec[] {
  const columns = columnsBefore(compiled, table);
  return table.taking ? takenColumns(columns, table.taking) : columns;
}

/** @param isSound nothing else is wrong */
function tableProblems(columns: readonly ColumnSpec[], table: Table, isSound: boolean): CompileProblem[] {
  const path = ['lake', 'tables', table.name];
  try {
    const own = table.taking ? takenColumns(columns, table.taking) : columns;
    const problem = table.taking && takingProblem(columns, table.taking);
    if (problem !== undefined)
      return [at(path, `uses ${problem}: each row is taken alone`, 'Leave it out, or do it in a query of the table.')];
    const found = columnsWithPartitions(own, table);
    if ('problem' in found) return [at([...path, 'partitionBy'], found.problem, 'Partition by some of these.')];
    // What is wrong with the sources of a column shows in its tables, too.
    const check = isSound ? checkColumns(found, table.partitionBy) : undefined;
    return check?.kind === 'invalid'
      ? [at(path, check.reason, 'Correct it in the SQL, the contract or the table.')]
      : [];
  } catch (error) {
    const message = withoutValues((error as Error).message.split('\n')[0]!);
    const names = columns.map(({ name }) => name).join(', ');
    return [at(path, message, `where, columns and unnest are about the table events, which has the columns ${names}.`)];
  }
}

/** What the tables over a source's enriched rows ask of the rows that enrich gives. */
export function demandsOnEnriched({ pipeline, enriched }: CompiledPipeline, source: string): Demand[] {
  const bySql =
    pipeline.enrich[source]?.sql === undefined ? [] : enriched[source]!.filter(({ name }) => name !== '_arrived_at');
  return [
    ...neverEmpty(enriched[source]!, tablesFrom(pipeline, `enriched.${source}`).filter(hasAllColumns)),
    ...timesWithin(bySql, columnOf(pipeline.sources[source]!.eventTime.field)),
  ];
}

/** What the tables over a window's results ask of the rows that the window takes. */
export function demandsOnResults({ pipeline, results }: CompiledPipeline, window: string): Demand[] {
  return neverEmpty(results[window]!, tablesFrom(pipeline, `results.${window}`));
}

/** The columns of others may all be null. */
function hasAllColumns({ taking }: Table): boolean {
  return taking?.columns === undefined;
}

function tablesFrom({ lake }: Pipeline, origin: string): Table[] {
  return Object.values(lake.tables).filter(({ from }) => from === origin);
}

function compileContracts(
  pipeline: Pipeline,
  schemas: Readonly<Record<string, unknown>>,
  problems: CompileProblem[],
): Record<string, Contract> {
  const contracts: Record<string, Contract> = {};
  for (const source of Object.values(pipeline.sources)) {
    const { ids, key, eventTime } = fieldPlaces(source);
    const outcome = compileContract(schemas[source.name], { id: ids, key, eventTime });
    if (Array.isArray(outcome))
      problems.push(
        ...outcome.map(({ pointer, message }) => ({
          at: { source: source.name, pointer },
          message,
          remedy: 'Correct the contract.',
        })),
      );
    else {
      problems.push(...messageProblems(source, outcome));
      contracts[source.name] = outcome;
    }
  }
  return contracts;
}

function enrichedColumns(
  pipeline: Pipeline,
  source: string,
  contract: Contract,
  references: Readonly<Record<string, DataFrame>>,
  problems: CompileProblem[],
): ColumnSpec[] | undefined {
  const columns = validColumns(contract, pipeline.sources[source]!);
  const sql = pipeline.enrich[source]?.sql;
  if (sql === undefined) return columns;
  try {
    const frame = runSql(sql, { events: emptyDataFrame(columns), ...references });
    const given = describe(frame, columnNames(frame));
    problems.push(
      ...missingColumns(pipeline, source, given),
      ...rowProblems(pipeline, source, emptyDataFrame(columns), references),
    );
    return given;
  } catch (error) {
    problems.push(
      at(
        ['enrich', source, 'sql'],
        withoutValues((error as Error).message.split('\n')[0]!),
        'The SQL may use the table events and the references ("columns" states the types of a CSV); correct it and run "afluente lint" again.',
      ),
    );
    return undefined;
  }
}

function rowProblems(
  { references: known, enrich }: Pipeline,
  source: string,
  events: DataFrame,
  references: Readonly<Record<string, DataFrame>>,
): CompileProblem[] {
  const keyed = Object.entries(references).map(([name, frame]) => [name, { frame, key: known[name]!.key }] as const);
  const problem = rowWiseProblem(enrich[source]!.sql, events, Object.fromEntries(keyed));
  if (problem === undefined) return [];
  return [
    at(
      ['enrich', source, 'sql'],
      `uses ${problem}: each event is taken alone, or the result would depend on which events come together`,
      'Leave it out of what reads events. A subquery over references may use it, and windows sum events up.',
    ),
  ];
}

function missingColumns(pipeline: Pipeline, source: string, given: readonly ColumnSpec[]): CompileProblem[] {
  const time = columnOf(pipeline.sources[source]!.eventTime.field);
  const found = given.find(({ name }) => name === time);
  if (found?.type.kind === 'timestamp') return [];
  return [
    at(
      ['enrich', source, 'sql'],
      `the SQL does not give the event time "${time}" as a timestamp`,
      `Select it as it is, e.g. SELECT e.*, … or SELECT e.${time}, …`,
    ),
  ];
}

function windowSpec(pipeline: Pipeline, window: Window, problems: CompileProblem[]): WindowSpec | undefined {
  const measures: Record<string, Measure> = {};
  for (const [name, text] of Object.entries(window.measures)) {
    const measure = parseMeasure(text);
    if ('problem' in measure)
      problems.push(
        at(
          ['windows', window.name, 'measures', name],
          measure.problem,
          'Measures are sum(x), count(), min(x), max(x), avg(x) and distinct(x).',
        ),
      );
    else measures[name] = measure;
  }
  if (Object.keys(measures).length < Object.keys(window.measures).length) return undefined;
  return {
    name: window.name,
    sizeMs: window.sizeMs,
    // validate admits what is within the largest lateness of the source, so every window of the source keeps its state that long.
    latenessMs: lateness(pipeline, window.from) ?? window.latenessMs,
    key: window.key,
    measures,
    eventTime: columnOf(pipeline.sources[window.from]!.eventTime.field),
  };
}
