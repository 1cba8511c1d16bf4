/** What is wrong with a pipeline whose file is well formed. */

/** Something in the pipeline file or a contract that cannot work. */
export interface CompileProblem {
  /** Path in pipeline.yaml, or a JSON pointer into the source's contract. */
  readonly at: { readonly path: readonly string[] } | { readonly source: string; readonly pointer: string };
  readonly message: string;
  readonly remedy: string;
}

export function at(path: readonly string[], message: string, remedy: string): CompileProblem {
  return { at: { path }, message, remedy };
}
