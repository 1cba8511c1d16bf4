/** One difference between two versions of a pipeline, and what it does. */
import type { CompiledPipeline } from '#stages/tables/compile-pipeline';

export interface Change {
  /** What it is about, e.g. `silver_orders.amount`. */
  readonly what: string;
  /** Something would halt: a table, a window or a whole source. */
  readonly breaks: boolean;
  /** Goes on the sentence that `what` begins. */
  readonly message: string;
}

/** A version of a pipeline. */
export interface Version {
  readonly compiled: CompiledPipeline;
  /** The JSON Schema of each source, by its name. */
  readonly contracts: Readonly<Record<string, unknown>>;
}

export function breaking(what: string, message: string): Change {
  return { what, breaks: true, message };
}

export function compatible(what: string, message: string): Change {
  return { what, breaks: false, message };
}

/** Entries that both have, as pairs, and those that only one has, in their order. */
export function paired<Value>(
  before: Readonly<Record<string, Value>>,
  after: Readonly<Record<string, Value>>,
): {
  readonly both: readonly (readonly [name: string, before: Value, after: Value])[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
} {
  return {
    both: Object.entries(after).flatMap(([name, value]) =>
      Object.hasOwn(before, name) ? [[name, before[name]!, value] as const] : [],
    ),
    added: Object.keys(after).filter((name) => !Object.hasOwn(before, name)),
    removed: Object.keys(before).filter((name) => !Object.hasOwn(after, name)),
  };
}
