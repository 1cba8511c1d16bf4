/** What a person sees while a pipeline runs: lines that stay, and below them how far it is, which a terminal shows in one place. */
import { styleText } from 'node:util';
import { fillLines, fillWords } from '#terminal/fill-lines';
import { printable } from '#terminal/printable';
import { cutText } from '#terminal/text-width';
import type { Screen } from './screen.js';

const partGap = '  ';

export class Display {
  /** Lines of progress that stand at the end of the screen, and the columns it had when they were written. */
  #standing = 0;
  #columns: number | undefined;
  #progress: readonly string[] = [];
  #warnings = 0;

  /** @param redraws whether progress may be replaced; otherwise each is a line of its own */
  constructor(
    private readonly screen: Screen,
    private readonly redraws = screen.redraws,
  ) {}

  /** Warnings and errors so far. */
  get warnings(): number {
    return this.#warnings;
  }

  /** Lines that stay. */
  say(text: string): void {
    this.#write(this.#wordsOf(text.split('\n')));
  }

  /** Lines below the last progress, which stays. */
  sayLast(text: string): void {
    this.endProgress();
    this.say(text);
  }

  /** A line about something that is not as it should be. */
  warn(level: 'warning' | 'error', text: string): void {
    this.#warnings += 1;
    const [first = '', ...more] = this.#wordsOf([`${level}: ${text}`]);
    const shown = this.screen.colours
      ? styleText(level === 'error' ? 'red' : 'yellow', level, { validateStream: false })
      : level;
    this.#write([shown + first.slice(level.length), ...more]);
  }

  /** How far it is, in parts that are not torn apart: replaces what was said of it before. */
  progress(parts: readonly string[]): void {
    this.#progress = parts;
    this.#write([]);
  }

  /** What was last said of the progress stays; the next lines go below it. */
  endProgress(): void {
    this.#progress = [];
    this.#standing = 0;
  }

  #wordsOf(lines: readonly string[]): string[] {
    return lines.flatMap((line) => fillWords(printable(line), this.screen.columns()).map((words) => words.trimEnd()));
  }

  /** In one piece, so that nothing flickers. */
  #write(lines: readonly string[]): void {
    const columns = this.screen.columns();
    const progress = this.#progressLines(columns);
    const text = [...lines, ...progress].map((line) => `${line}\n`).join('');
    this.screen.write(this.#eraser(columns) + text);
    this.#columns = columns;
    if (this.redraws) this.#standing = progress.length;
    else this.#progress = [];
  }

  #progressLines(columns: number | undefined): string[] {
    if (this.#progress.length === 0) return [];
    const lines = fillLines(this.#progress.map(printable), { columns, gap: partGap, hang: partGap });
    if (columns === undefined) return lines;
    // More lines than the screen has could not be taken back.
    const shown = this.redraws ? lines.slice(0, Math.max(1, this.screen.rows() - 1)) : lines;
    return shown.map((line) => cutText(line, columns));
  }

  /**
   * Back to where the progress begins, and nothing below, not even what the terminal shows of a Ctrl-C. On a screen that has become narrower, most terminals have broken
   * the lines anew and some have not: the progress stays where it is, for to take back too much would take a warning along.
   */
  #eraser(columns: number | undefined): string {
    const narrower = columns !== undefined && this.#columns !== undefined && columns < this.#columns;
    if (!this.redraws) return '';
    return this.#standing === 0 || narrower ? '\r\x1b[0J' : `\r\x1b[${this.#standing}A\x1b[0J`;
  }
}
