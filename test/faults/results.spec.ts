/** Rows of the table of runs go behind the last one, and say what was found. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { findingKinds } from './check/findings.js';
import type { Verdict } from './judge.js';
import { resultsHeader, rowOf, withRow } from './results.js';

const zero = Object.fromEntries(findingKinds.map((kind) => [kind, 0]));
const verdict: Verdict = {
  verdict: 'pass',
  seed: 3,
  servers: 'r1',
  nats: '2.9.10',
  replicas: 2,
  faults: 2,
  byKind: { 'kill-enrich': 1, 'lost-ack': 1 },
  accepted: 900,
  unknown: 1,
  ...zero,
  recoverySecondsMax: 4.5,
  recoverySecondsMedian: 2,
  seconds: 31,
};

test('a row has the facts of a run', () => {
  expect(rowOf(verdict, '2026-01-31')).toBe(
    '| pass | 2.9.10 | r1 | 2 | 3 | 2 | all 2 | 900 | 1 | 0 | 2 / 4.5 | 31 | 2026-01-31 |',
  );
});

test('a row names what was found, what was not checked, and the kinds that were chosen', () => {
  const row = rowOf({ ...verdict, verdict: 'fail', only: ['lost-ack'], lost: 7, readerErrors: null }, '2026-01-31');
  expect(row).toContain('| fail |');
  expect(row).toContain('| lost-ack |');
  expect(row).toContain('| lost 7, readerErrors not checked |');
});

test('a row goes behind the last one', () => {
  const text = `# Runs\n\n${resultsHeader}\n| a |\n\nMore.\n`;
  expect(withRow(text, '| b |')).toBe(`# Runs\n\n${resultsHeader}\n| a |\n| b |\n\nMore.\n`);
  expect(() => withRow('# Runs\n', '| b |')).toThrow(/no table/);
});

test('RESULTS.md has the table', () => {
  const markdown = readFileSync(join(projectRoot, 'test', 'faults', 'RESULTS.md'), 'utf8');
  expect(withRow(markdown, '| b |')).toContain('\n| b |\n');
});
