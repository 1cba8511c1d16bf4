/** What stands on a screen while a pipeline runs: xterm.js shows it as a terminal would. */
import { describe, expect, test } from '@jest/globals';
import xterm from '@xterm/headless';
import { Display } from './display.js';
import type { Screen } from './screen.js';

class FakeScreen implements Screen {
  readonly terminal: InstanceType<typeof xterm.Terminal>;
  written = '';
  width: number;

  constructor(
    width: number,
    readonly redraws = true,
    readonly colours = false,
    private readonly height = 20,
  ) {
    this.width = width;
    this.terminal = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true });
  }

  write(text: string): void {
    this.written += text;
    this.terminal.write(text.replaceAll('\n', '\r\n'));
  }

  columns(): number {
    return this.width;
  }

  rows(): number {
    return this.height;
  }

  resize(width: number): void {
    this.width = width;
    this.terminal.resize(width, this.height);
  }

  async lines(): Promise<string[]> {
    await new Promise<void>((resolve) => this.terminal.write('', resolve));
    const { active } = this.terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)!.translateToString(true));
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }
}

const parts = (seconds: number): string[] => [`${seconds} s`, 'ingest caught up', 'lake 5 frames behind'];

describe('a terminal', () => {
  test('shows the progress in one place, below the lines that stay', async () => {
    const screen = new FakeScreen(80);
    const display = new Display(screen);
    display.progress(parts(1));
    display.say('a line');
    display.progress(parts(2));
    expect(await screen.lines()).toEqual(['a line', '2 s  ingest caught up  lake 5 frames behind']);
  });

  test('of 24 columns has the progress on several lines, and takes back all of them', async () => {
    const screen = new FakeScreen(24);
    const display = new Display(screen);
    for (const seconds of [1, 2, 3]) display.progress(parts(seconds));
    expect(await screen.lines()).toEqual(['3 s  ingest caught up', '  lake 5 frames behind']);
  });

  test('keeps every line that stays when its size changes, and goes on below', async () => {
    const screen = new FakeScreen(80);
    const display = new Display(screen);
    display.say('first');
    display.progress(parts(1));
    screen.resize(24);
    display.progress(parts(2));
    display.say('second');
    screen.resize(60);
    display.progress(parts(3));
    const lines = await screen.lines();
    expect(lines.filter((line) => line === 'first' || line === 'second')).toEqual(['first', 'second']);
    expect(lines.at(-1)).toBe('3 s  ingest caught up  lake 5 frames behind');
  });

  test('that is lower than the progress shows its beginning, once', async () => {
    const screen = new FakeScreen(20, true, false, 2);
    const display = new Display(screen);
    for (const seconds of [1, 2]) display.progress(parts(seconds));
    expect(await screen.lines()).toEqual(['2 s']);
  });

  test('shows the last progress to the end, and what comes then below it', async () => {
    const screen = new FakeScreen(80);
    const display = new Display(screen);
    display.progress(parts(1));
    screen.write('^C');
    display.sayLast('draining');
    display.say('stopped');
    expect(await screen.lines()).toEqual(['1 s  ingest caught up  lake 5 frames behind', 'draining', 'stopped']);
  });

  test('is not steered by what others say', () => {
    const screen = new FakeScreen(80);
    new Display(screen).warn('warning', 'x\u001b[2J');
    expect(screen.written).toBe('\r\x1b[0Jwarning: x\\u001b[2J\n');
  });

  test('has colours only where it takes them', () => {
    const screen = new FakeScreen(80, true, true);
    new Display(screen).warn('error', 'x');
    expect(screen.written).toContain('\x1b[31merror\x1b[39m: x');
  });
});

describe('a pipe', () => {
  test('gets a line for each, uncut and without escape sequences', () => {
    let written = '';
    const display = new Display({
      write: (text: string) => (written += text),
      columns: () => undefined,
      rows: () => 24,
      redraws: false,
      colours: false,
    });
    display.progress(parts(1));
    display.warn('warning', 'y'.repeat(300));
    display.progress(parts(2));
    expect(written).toBe(
      `1 s  ingest caught up  lake 5 frames behind\nwarning: ${'y'.repeat(300)}\n2 s  ingest caught up  lake 5 frames behind\n`,
    );
    expect(display.warnings).toBe(1);
  });
});
