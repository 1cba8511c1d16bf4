/** Columns of what comes with a message instead of standing in its events: tokens of its subject. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { SubjectPattern } from '#pipeline/text/subject-pattern';
import { columnsIn } from '#pipeline/text/subject-pattern';
import { subjectsOverlap } from '#pipeline/text/subjects';

/** By column, null where the subject has no such token. */
export type MessageValues = readonly (string | null)[];

/** Missing in the subjects of some pattern, a column may be null. */
export function messageColumns(patterns: readonly SubjectPattern[]): ColumnSpec[] {
  return columnsIn(patterns).map((name) => ({
    name,
    type: { kind: 'string' },
    nullable: patterns.some(({ columns }) => columns[name] === undefined),
  }));
}

/** Many subjects are not kept in mind: an event in a hundred thousand may have one of its own. */
const keptMax = 1_000;

export class MessageReader {
  readonly names: readonly string[];
  readonly #kept = new Map<string, MessageValues>();

  constructor(private readonly patterns: readonly SubjectPattern[]) {
    this.names = columnsIn(patterns);
  }

  valuesOf(subject: string): MessageValues {
    const kept = this.#kept.get(subject);
    if (kept) return kept;
    if (this.#kept.size >= keptMax) this.#kept.clear();
    const values = this.#read(subject);
    this.#kept.set(subject, values);
    return values;
  }

  valueOf(subject: string, name: string): string | undefined {
    return this.valuesOf(subject)[this.names.indexOf(name)] ?? undefined;
  }

  /** No two patterns of a source take the same subject. */
  #read(subject: string): MessageValues {
    const pattern = this.patterns.find((one) => subjectsOverlap(one.subject, subject));
    const tokens = subject.split('.');
    return this.names.map((name) => {
      const place = pattern?.columns[name];
      return place === undefined ? null : (tokens[place] ?? null);
    });
  }
}
