/** Logs in a folder: bounded, whole, and never in the way of the services. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Display } from './display.js';
import { FolderOutput } from './folder-output.js';
import { LogFile } from './log-file.js';

let work: string;
let said: string;
let display: Display;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'afluente-logs-'));
  said = '';
  display = new Display({
    write: (text) => (said += text),
    columns: () => undefined,
    rows: () => 24,
    redraws: false,
    colours: false,
  });
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

function fileIn(): string {
  const path = join(work, 'file');
  writeFileSync(path, '');
  return path;
}

function withInPlaceOfLog(make: (path: string) => unknown): string {
  make(join(work, 'ingest.log'));
  return work;
}

const read = (name: string): string => readFileSync(join(work, name), 'utf8');

describe('a log file', () => {
  test('keeps the newest lines in two files of a bounded size', () => {
    const file = new LogFile(join(work, 'a.log'), 100);
    for (let i = 0; i < 50; i++) file.append(`line ${String(i).padStart(2, '0')}`);
    file.close();
    const lines = (read('a.log.1') + read('a.log')).trim().split('\n');
    expect(lines.at(-1)).toBe('line 49');
    expect(lines).toEqual(
      Array.from({ length: lines.length }, (_, i) => `line ${String(50 - lines.length + i).padStart(2, '0')}`),
    );
    for (const name of ['a.log', 'a.log.1']) expect(statSync(join(work, name)).size).toBeLessThanOrEqual(100);
  });

  test('may have two writers: no line of either is torn, and both see that the file was renamed', () => {
    const [one, two] = [new LogFile(join(work, 'a.log'), 1_000), new LogFile(join(work, 'a.log'), 1_000)];
    for (let i = 0; i < 100; i++)
      for (const [name, file] of [
        ['one', one],
        ['two', two],
      ] as const)
        file.append(`${name} ${i}`);
    const lines = (read('a.log.1') + read('a.log')).trim().split('\n');
    expect(lines.slice(-4)).toEqual(['one 98', 'two 98', 'one 99', 'two 99']);
    for (const file of [one, two]) file.close();
  });

  test('is made anew when somebody takes it away', () => {
    const file = new LogFile(join(work, 'sub', 'a.log'));
    file.append('first');
    renameSync(join(work, 'sub'), join(work, 'away'));
    file.append('second');
    file.close();
    expect([read('away/a.log'), read('sub/a.log')]).toEqual(['first\n', 'second\n']);
  });
});

describe('a folder', () => {
  const warning = JSON.stringify({ level: 'warn', msg: 'careful' });

  test('gets every line, and a person the warnings', () => {
    const output = FolderOutput.open(join(work, 'logs'), display);
    output.line('ingest', 'stdout', '{"level":"info","msg":"ready"}');
    output.line('ingest', 'stdout', warning);
    expect(read('logs/ingest.log')).toBe(`{"level":"info","msg":"ready"}\n${warning}\n`);
    expect(said).toBe('warning: ingest: careful\n');
  });

  test('holds back what a service says on standard error until it is ready', () => {
    const output = FolderOutput.open(work, display);
    output.line('ingest', 'stderr', 'odd');
    expect(said).toBe('');
    output.ready('ingest');
    expect(said).toBe('warning: ingest: odd\n');
  });

  test('that can be written no more costs lines, one warning, and nothing else', () => {
    const output = FolderOutput.open(work, display);
    rmSync(join(work, 'ingest.log'));
    symlinkSync('/dev/full', join(work, 'ingest.log'));
    for (let i = 0; i < 3; i++) output.line('ingest', 'stdout', '{"level":"info","msg":"x"}');
    expect(said).toMatch(/^warning: .*ingest\.log cannot be written, ingest runs on without it: ENOSPC[^\n]*\n$/);
    rmSync(join(work, 'ingest.log'));
    output.line('ingest', 'stdout', 'back');
    expect(said).toMatch(/ingest\.log is written again; 3 lines are missing\n/);
    expect(read('ingest.log')).toBe('back\n');
  });

  test.each<[string, () => string]>([
    ['that cannot be made', () => '/proc/none'],
    ['in the place of which is a file', fileIn],
    ['below a file', () => join(fileIn(), 'logs')],
    ['that is read-only', () => '/sys'],
    ['with a folder in the place of a file', () => withInPlaceOfLog(mkdirSync)],
    ['with a pipe in the place of a file', () => withInPlaceOfLog((path) => execFileSync('mkfifo', [path]))],
  ])('%s is refused, with what to do', (_, place) => {
    const path = place();
    expect(() => FolderOutput.open(path, display)).toThrow(/--log/);
    expect(existsSync(join(path, 'lake-writer.log'))).toBe(false);
  });
});
