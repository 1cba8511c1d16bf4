/** Which stream it is, whatever its server and its description say. */
import { expect, test } from '@jest/globals';
import { type BornStream, incarnationOf, newRecord, withoutRecord } from './incarnation.js';

const [born, restarted] = ['2026-03-01T10:00:00.123456789Z', '2026-03-02T08:00:00.5Z'];
const text = 'afluente: source orders, 2 partitions by user, id id.';
const recorded = `${text} Created ${born}.`;
const [before, after] = ['2026-03-01T12:00:00Z', '2026-03-03T12:00:00Z'];
const stream = (
  description: string | undefined,
  created: string,
  [messages, first, last]: readonly [number, number, number],
  firstTime: string = after,
): BornStream =>
  ({
    config: { description },
    created,
    state: { messages, first_seq: first, last_seq: last, first_ts: firstTime },
  }) as BornStream;

test.each<[string, BornStream, string, string | undefined]>([
  ['one without a record is recorded when it was trimmed', stream(text, born, [2, 8, 9]), born, recorded],
  ['and not before', stream(text, born, [9, 1, 9]), born, undefined],
  ['a recorded one stays as it is', stream(recorded, born, [9, 1, 9], before), born, undefined],
  [
    'one with older messages than itself is what its record says',
    stream(recorded, restarted, [9, 1, 9], before),
    born,
    undefined,
  ],
  ['one that was trimmed, too', stream(recorded, restarted, [2, 8, 9]), born, undefined],
  ['one that was emptied, too', stream(recorded, restarted, [0, 10, 9]), born, undefined],
  [
    'one that was made again with the same description is another, and recorded anew',
    stream(recorded, restarted, [9, 1, 9], after),
    restarted,
    `${text} Created ${restarted}.`,
  ],
  ['so is an empty one', stream(recorded, restarted, [0, 0, 0]), restarted, `${text} Created ${restarted}.`],
  ['one that somebody described is left alone', stream('Orders. Ask Ana.', born, [9, 1, 9]), born, undefined],
  ['and one that nobody did', stream(undefined, born, [9, 1, 9]), born, undefined],
])('%s', (_, info, incarnation, description) => {
  expect([incarnationOf(info), newRecord(info, false)]).toEqual([incarnation, description]);
});

test('a new stream is recorded', () => {
  expect(newRecord(stream(text, born, [0, 0, 0]), true)).toBe(recorded);
});

test('what a log was made for is told without the record', () => {
  expect([withoutRecord(recorded), withoutRecord(text)]).toEqual([text, text]);
});
