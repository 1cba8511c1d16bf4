/** Rows are committed at whichever bound is reached first; few of them may wait for more. */
import { expect, test } from '@jest/globals';
import { isCommitDue, type WaitingRows } from './is-commit-due.js';

const usual = { everyMs: 10_000, rows: 1_000, bytes: 1_000_000, leastBytes: 1, latestMs: 10_000 };
const patient = { ...usual, leastBytes: 5_000, latestMs: 300_000 };
const few: WaitingRows = { rows: 3, bytes: 900, ageMs: 500, quiet: false };
const room = 4_000_000;

test.each([
  ['few that are young wait', few, usual, false],
  ['few of a quiet source do not', { ...few, quiet: true }, usual, true],
  ['few that are old enough do not', { ...few, ageMs: 10_000 }, usual, true],
  ['many rows do not', { ...few, rows: 1_000 }, usual, true],
  ['many bytes do not', { ...few, bytes: 1_000_000 }, usual, true],
  ['where little may wait, few of a quiet source do', { ...few, quiet: true }, patient, false],
  ['where little may wait, few that are old enough otherwise do', { ...few, ageMs: 299_999 }, patient, false],
  ['where little may wait, they do not for longer than the latest', { ...few, ageMs: 300_000 }, patient, true],
  ['where little may wait, enough of a quiet source does not', { ...few, bytes: 5_000, quiet: true }, patient, true],
  ['where little may wait, enough waits for the usual time', { ...few, bytes: 5_000 }, patient, false],
  ['where little may wait, many small rows do not', { ...few, rows: 1_000 }, patient, true],
])('%s', (_, waiting, rule, due) => {
  expect(isCommitDue(waiting, rule, room)).toBe(due);
});

test('what fills the room of a table does not wait', () => {
  expect(isCommitDue(few, { ...patient, leastBytes: 2_000 }, 900)).toBe(true);
});
