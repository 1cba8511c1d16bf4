/** Subjects with columns: `events.orders.{region}` takes `events.orders.*`, and the third token is the column `region`. */

/** A subject, some of whose tokens are columns. */
export interface SubjectPattern {
  /** As NATS knows it, with `*` for these tokens. */
  readonly subject: string;
  /** By column: the place of its token, from 0. */
  readonly columns: Readonly<Record<string, number>>;
}

export function subjectPattern(text: string): SubjectPattern {
  const tokens = text.split('.');
  const columns = tokens.flatMap((token, place): [string, number][] => {
    const name = columnIn(token);
    return name === undefined ? [] : [[name, place]];
  });
  const subject = tokens.map((token) => (columnIn(token) === undefined ? token : '*')).join('.');
  return { subject, columns: Object.fromEntries(columns) };
}

/** Names of the columns in these subjects, each once. */
export function columnsIn(patterns: readonly SubjectPattern[]): string[] {
  return [...new Set(patterns.flatMap(({ columns }) => Object.keys(columns)))];
}

function columnIn(token: string): string | undefined {
  return /^\{([A-Za-z_]\w*)\}$/.exec(token)?.[1];
}
