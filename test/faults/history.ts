/** What happened in a run, in order, as JSON lines: for people who look for the cause of a failure. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Happening = Readonly<Record<string, unknown>> & { readonly what: string };

export class History {
  readonly #startedMs = performance.now();
  readonly #file: string;

  /** @param folder is made, and keeps everything about the run */
  constructor(
    readonly folder: string,
    private readonly say: (line: string) => void,
  ) {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, 'history.jsonl');
  }

  /** Seconds since the run began. */
  get seconds(): number {
    return Math.round(performance.now() - this.#startedMs) / 1000;
  }

  /** Adds a line to the file only. */
  note(happening: Happening): void {
    appendFileSync(
      this.#file,
      `${JSON.stringify({ seconds: this.seconds, at: new Date().toISOString(), ...happening })}\n`,
    );
  }

  /** Adds a line to the file, and tells the person who waits. */
  tell(happening: Happening): void {
    this.note(happening);
    const { what, ...rest } = happening;
    const details = Object.entries(rest).map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    this.say(`${this.seconds.toFixed(1).padStart(6)} s  ${what}  ${details.join('  ')}`);
  }

  /** Saves an object of the run beside the history. @returns its path */
  save(name: string, content: object): string {
    const path = join(this.folder, name);
    writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
    return path;
  }
}
