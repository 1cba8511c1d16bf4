/** SQL over data frames, with errors that name their real cause. */
import pl, { type DataFrame } from 'nodejs-polars';
import { messageOf } from '../types/data-frame-error.js';
import { planErrorOf } from './native-data-frame.js';

/** A query that cannot be run: bad syntax, an unknown column or function, or a value that does not fit. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
}

/**
 * Runs one query and returns its rows.
 *
 * `tables` maps the names used in the query to frames. The dialect is that of polars' SQLContext.
 * Throws SqlError. A context costs 2 µs and registering a frame 50 µs, against 150 µs and more to plan a query, so
 * contexts are not kept.
 */
export function runSql(sql: string, tables: Readonly<Record<string, DataFrame>>): DataFrame {
  const plan = planned(sql, tables);
  try {
    return plan.collectSync();
  } catch (cause) {
    throw sqlError(cause, sql, tables);
  }
}

/** How polars understands a query: its plan before it is optimised, as JSON. Tables without rows will do. Throws SqlError. */
export function queryPlan(sql: string, tables: Readonly<Record<string, DataFrame>>): unknown {
  return JSON.parse(planned(sql, tables).serialize('json').toString());
}

/** A name as SQL writes it, whatever characters it holds. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function planned(sql: string, tables: Readonly<Record<string, DataFrame>>) {
  try {
    const plan = pl.SQLContext({ ...tables }).execute(sql);
    const error = planErrorOf(plan);
    if (error !== undefined) throw error;
    return plan;
  } catch (cause) {
    throw sqlError(cause, sql, tables);
  }
}

function sqlError(cause: unknown, sql: string, tables: Readonly<Record<string, DataFrame>>): SqlError {
  const names = Object.keys(tables).join(', ') || 'none';
  return new SqlError(`The query cannot run: ${messageOf(cause)}\nTables it may use: ${names}\nQuery: ${sql.trim()}`, {
    cause,
  });
}
