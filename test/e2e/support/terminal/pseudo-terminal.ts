/** The built command line in a real pseudo-terminal (`script` of util-linux), and the screen that a person would see (xterm.js without a window). */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import xterm from '@xterm/headless';
import { projectRoot } from '../../../support/project-root.js';

const program = join(projectRoot, 'dist', 'apps', 'afluente', 'main.js');
const rows = 30;
const ctrlC = '\x03';
/** What takes a terminal's colours away, and whoever runs the tests may have set (Node's `getColorDepth`). */
const colourless = { CI: undefined, NO_COLOR: undefined, NODE_DISABLE_COLORS: undefined, FORCE_COLOR: undefined };

export interface TerminalOptions {
  readonly columns: number;
  /** A folder for a file of the terminal's own. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export class PseudoTerminal {
  readonly #ttyFile: string;
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #child: ChildProcess;
  #raw = '';
  /** Exit code of the command line. */
  readonly ended: Promise<number | null>;

  /** @param args of `afluente` */
  constructor(args: readonly string[], { columns, folder, env, cwd = projectRoot }: TerminalOptions) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
    this.#ttyFile = join(folder, `tty-${process.pid}-${Math.trunc(performance.now() * 1_000)}`);
    const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const command = `stty cols ${columns} rows ${rows}; tty > '${this.#ttyFile}'; exec ${words}`;
    this.#child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd,
      env: { ...process.env, ...colourless, TERM: 'xterm-256color', ...env, SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#raw += text;
      this.#screen.write(text);
    });
    this.ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** All that was written, with its escape sequences. */
  get raw(): string {
    return this.#raw;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The lines on the screen and above it, without empty ones at the end; a line that the terminal has broken counts as several. */
  async lines(): Promise<string[]> {
    await new Promise<void>((resolve) => this.#screen.write('', resolve));
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)!.translateToString(true));
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  /** All that was written, line by line as the program wrote it, without escape sequences. */
  writtenLines(): string[] {
    return this.#raw
      .replace(/\x1b\[[^A-Za-z]*[A-Za-z]/g, '')
      .split(/\r?\n/)
      .map((line) => line.replaceAll('\r', ''));
  }

  /** What the screen shows, lines that were broken between words put together again. */
  async words(): Promise<string> {
    return (await this.lines()).join('\n').replace(/\n {2,}/g, ' ');
  }

  /** Waits until the screen shows the words. */
  shows(words: RegExp): Promise<void> {
    return this.until(String(words), (shown) => words.test(shown));
  }

  /** Waits until the screen is as it shall be, or the command line has ended without it. @param holds is told of the words and of the lines */
  async until(what: string, holds: (words: string, lines: readonly string[]) => boolean): Promise<void> {
    let ended: { code: number | null } | undefined;
    while (!holds(await this.words(), await this.lines())) {
      if (ended) throw new Error(`ended with ${ended.code} and never showed ${what}:\n${await this.words()}`);
      ended = await Promise.race([this.ended.then((code) => ({ code })), sleep(50, undefined)]);
    }
  }

  /** As when a person draws the window to another size. */
  async resize(columns: number): Promise<void> {
    await promisify(execFile)('stty', ['-F', readFileSync(this.#ttyFile, 'utf8').trim(), 'cols', String(columns)]);
    this.#screen.resize(columns, rows);
  }

  pressCtrlC(): void {
    this.#child.stdin!.write(ctrlC);
  }

  /** For the end of a test that failed. */
  kill(): void {
    this.#child.kill('SIGTERM');
  }
}
