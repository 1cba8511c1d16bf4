/** What is wrong with a contract. */

/** One mistake in a schema. */
export interface ContractProblem {
  /** JSON pointer (RFC 6901) into the schema; '' is the whole schema. */
  readonly pointer: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

export function problem(pointer: string, message: string): ContractProblem {
  return { pointer, message };
}

export function isProblems(found: unknown): found is ContractProblem[] {
  return Array.isArray(found);
}
