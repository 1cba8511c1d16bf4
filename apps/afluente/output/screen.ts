/** Where the command line writes for a person: a terminal of some width, or a pipe or file, which has none. */
import { isDumbTerminal } from '#runtime/settings/config';

export interface Screen {
  write(text: string): unknown;
  /** Undefined: no terminal. Asked anew each time, for a person may change the size of the window. */
  columns(): number | undefined;
  rows(): number;
  /** Whether what stands there can be replaced. */
  readonly redraws: boolean;
  readonly colours: boolean;
}

/** Of a terminal that does not know its size. */
const usual = { columns: 80, rows: 24 };
const columnsMin = 20;

export function screenOf(stream: NodeJS.WriteStream): Screen {
  return {
    write: (text) => stream.write(text),
    columns: () => (stream.isTTY ? Math.max(stream.columns || usual.columns, columnsMin) : undefined),
    rows: () => stream.rows || usual.rows,
    redraws: stream.isTTY && !isDumbTerminal(),
    // Says no when NO_COLOR is set.
    colours: stream.isTTY && stream.hasColors(),
  };
}
