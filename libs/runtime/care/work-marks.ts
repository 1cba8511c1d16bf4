/** Memory that a process and its watchdog share: a tick of the event loop, and for each task which input it works on. A mark costs a few stores. */

/** What a task works on. */
export interface Work {
  readonly task: string;
  /** Index of the input, and sequences of it, inclusive. */
  readonly input: number;
  readonly first: number;
  readonly last: number;
}

export interface TaskMark {
  begin(input: number, first: number, last: number): void;
  end(): void;
}

/** Numbers before those of the tasks: ticks, and whether the process is ending. */
const [Ticks, Ending, Head] = [0, 1, 2] as const;
/** Numbers of a task: whether it works, then input, first, last. */
const perTask = 4;

/** Does work on these sequences of an input. However it ends, the mark is gone: what kills the process later is something else. */
export async function marked<T>(
  mark: TaskMark | undefined,
  { input, first, last }: Omit<Work, 'task'>,
  work: () => Promise<T>,
): Promise<T> {
  mark?.begin(input, first, last);
  try {
    return await work();
  } finally {
    mark?.end();
  }
}

export class WorkMarks {
  readonly #numbers: Float64Array;

  /** @param memory of another thread's marks of the same tasks */
  constructor(
    private readonly tasks: readonly string[],
    readonly memory = new SharedArrayBuffer((Head + perTask * tasks.length) * Float64Array.BYTES_PER_ELEMENT),
  ) {
    this.#numbers = new Float64Array(memory);
  }

  tick(): void {
    this.#numbers[Ticks]! += 1;
  }

  get ticks(): number {
    return this.#numbers[Ticks]!;
  }

  /** The process has been told to end. */
  ends(): void {
    this.#numbers[Ending] = 1;
  }

  get isEnding(): boolean {
    return this.#numbers[Ending] === 1;
  }

  of(task: string): TaskMark {
    const numbers = this.#numbers;
    const at = Head + perTask * this.tasks.indexOf(task);
    return {
      begin: (input, first, last) => {
        numbers[at + 1] = input;
        numbers[at + 2] = first;
        numbers[at + 3] = last;
        numbers[at] = 1;
      },
      end: () => {
        numbers[at] = 0;
      },
    };
  }

  /** What is under way. */
  get works(): Work[] {
    return this.tasks.flatMap((task, i) => {
      const [works, input, first, last] = this.#numbers.subarray(
        Head + perTask * i,
        Head + perTask * (i + 1),
      ) as unknown as [number, number, number, number];
      return works === 1 ? [{ task, input, first, last }] : [];
    });
  }
}
