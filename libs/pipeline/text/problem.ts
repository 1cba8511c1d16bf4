/** A problem in a pipeline file: where it is, what is wrong and what to write instead. */
export interface Problem {
  /** Path of the file, as it was given or relative to the pipeline folder. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** e.g. `sources.transactions.partitions`; '' for the whole file. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** One line per problem: `pipeline.yaml:12: sources.x.partitions: must be … (is 0). Write e.g. "partitions: 4".` */
export function renderProblems(problems: readonly Problem[]): string {
  return problems.map(renderProblem).join('\n');
}

function renderProblem({ file, line, path, message, remedy }: Problem): string {
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}. ${remedy}`;
}
