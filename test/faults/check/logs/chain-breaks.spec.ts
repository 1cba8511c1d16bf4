/** Planted breaks of the chain of fenced logs, of the Delta log and among replicas are found. */
import { describe, expect, test } from '@jest/globals';
import type { LogEntry } from '#delta/actions';
import { type FrameHead, hashHead } from '#frame/head';
import { deltaFindings } from '../lake/delta-breaks.js';
import { chainFindings, type Log, type LoggedFrame } from './chain-breaks.js';
import { copyFindings } from './replica-differences.js';

type Part = Partial<FrameHead> & { readonly first: number; readonly last: number; readonly hash?: string };

/** A log whose frames cover these ranges of stream `in`, linked as a writer would. */
function logOf(
  parts: readonly Part[],
  isRaw = false,
  change: (frame: LoggedFrame, i: number) => LoggedFrame = (frame) => frame,
): Log {
  const frames: LoggedFrame[] = [];
  for (const [i, { first, last, hash, ...more }] of parts.entries()) {
    const head: FrameHead = {
      inputs: [{ stream: 'in', created: 'then', first, last, hash }],
      prev: frames.at(-1)?.hash ?? '',
      watermarkMs: null,
      idle: false,
      logic: 'v',
      sections: [],
      ...more,
    };
    frames.push(change({ seq: i + 1, head, hash: hashHead(head), bytes: 0 }, i));
  }
  return { stream: 'log', created: 'then', lastSeq: parts.length, frames, isRaw };
}

const findings = (...logs: readonly Log[]) =>
  [...chainFindings(new Map(logs.map((log) => [log.stream, log])))].map(({ text }) => text);
const whole: readonly Part[] = [
  { first: 1, last: 3 },
  { first: 4, last: 3 },
  { first: 4, last: 9 },
];

describe('a log', () => {
  test('whose frames follow each other is whole, also from the middle on', () => {
    expect(findings(logOf(whole))).toEqual([]);
    const log = logOf(whole);
    expect(findings({ ...log, frames: log.frames.slice(1) })).toEqual([]);
  });

  test('with a gap, a range twice, or a range too far is broken', () => {
    expect(
      findings(
        logOf([
          { first: 1, last: 3 },
          { first: 5, last: 9 },
        ]),
      ),
    ).toEqual([expect.stringContaining('from 5, 4 is due')]);
    expect(
      findings(
        logOf([
          { first: 1, last: 3 },
          { first: 2, last: 9 },
        ]),
      ),
    ).toHaveLength(1);
    expect(findings(logOf([{ first: 2, last: 3 }]))).toHaveLength(1);
  });

  test('with a missing frame, a foreign message or a lost tail is broken', () => {
    const log = logOf(whole);
    expect(findings({ ...log, frames: [log.frames[0]!, log.frames[2]!] }).length).toBeGreaterThan(0);
    expect(findings(logOf(whole, false, (frame, i) => (i === 2 ? { ...frame, head: undefined } : frame)))).toEqual([
      expect.stringContaining('is no frame'),
    ]);
    expect(findings({ ...log, lastSeq: 4 })).toEqual([expect.stringContaining('ends at 4')]);
  });

  test('with another lineage or another incarnation of its input is broken', () => {
    expect(findings(logOf([whole[0]!, { ...whole[1]!, prev: 'f00' }, whole[2]!]))).toHaveLength(1);
    expect(
      findings(
        logOf([
          whole[0]!,
          { ...whole[1]!, inputs: [{ stream: 'in', created: 'later', first: 4, last: 3, hash: undefined }] },
        ]),
      ),
    ).toHaveLength(1);
  });

  test('whose watermark falls, or is gone, is broken', () => {
    const timed = (...times: ReadonlyArray<number | null>): string[] =>
      findings(logOf(whole.map((part, i) => ({ ...part, watermarkMs: times[i]! }))));
    expect([timed(null, 5, 5), timed(4, 5, 4), timed(4, null, null)].map((texts) => texts.length)).toEqual([0, 1, 1]);
  });

  test('with bytes that its sections do not account for is broken', () => {
    expect(findings(logOf(whole, false, (frame) => ({ ...frame, bytes: 7 })))).toHaveLength(3);
  });
});

describe('a split step', () => {
  const split: readonly Part[] = [
    { first: 1, last: 4, row: { done: 2, all: 6 } },
    { first: 1, last: 4, row: { done: 6, all: 6 } },
    { first: 5, last: 5 },
  ];

  test('repeats its range until all rows are there', () => {
    expect(findings(logOf(split))).toEqual([]);
  });

  test('that is left incomplete, or that repeats rows, is broken', () => {
    expect(findings(logOf(split.slice(0, 1)))).toEqual([expect.stringContaining('not complete')]);
    expect(findings(logOf([split[0]!, split[0]!, split[1]!, split[2]!]))).toEqual([
      expect.stringContaining('repeats rows'),
    ]);
    expect(findings(logOf([split[0]!, split[2]!])).length).toBeGreaterThan(0);
  });

  test('of ingest goes on inside the message that was cut', () => {
    const raw: readonly Part[] = [
      { first: 1, last: 4, row: { done: 2, all: 6 } },
      { first: 4, last: 4, row: { done: 4, all: 6 } },
      { first: 4, last: 9 },
    ];
    expect(findings(logOf(raw, true))).toEqual([]);
    expect(findings(logOf([raw[0]!, { first: 5, last: 9 }], true))).toHaveLength(1);
  });
});

describe('what a frame says about its input', () => {
  const ofFront = whole.map((part) => ({
    ...part,
    inputs: [{ stream: 'front', created: 'then', first: part.first, last: part.last, hash: undefined }],
  }));
  const input = { ...logOf(ofFront), stream: 'in' };
  const last = input.frames[2]!;

  test('must be true of the input', () => {
    expect(findings(input, logOf([{ first: 1, last: 3, hash: last.hash }]))).toEqual([]);
    expect(findings(input, logOf([{ first: 1, last: 3, hash: 'f00' }]))).toHaveLength(1);
    expect(findings(input, logOf([{ first: 1, last: 4 }]))).toHaveLength(1);
    expect(findings({ ...input, created: 'later' }, logOf([{ first: 1, last: 3 }]))).toHaveLength(1);
  });
});

describe('a Delta log', () => {
  const commit = (version: number, txn: number, path: string): LogEntry => ({
    version,
    actions: [
      { txn: { appId: 'a', version: txn } },
      { add: { path, partitionValues: {}, size: 5, modificationTime: 0, dataChange: true } },
    ],
  });
  const entries = [commit(0, 3, 'x'), commit(1, 8, 'y')];
  const sizes = new Map([
    ['x', 5],
    ['y', 5],
    ['orphan', 9],
  ]);

  test('is whole when files are there and positions grow', () => {
    expect([...deltaFindings('t', entries, sizes)]).toEqual([]);
  });

  test('with a missing or cut file, a gap, or a position that does not grow is broken', () => {
    expect([...deltaFindings('t', entries, new Map([['x', 5]]))]).toHaveLength(1);
    expect([
      ...deltaFindings(
        't',
        entries,
        new Map([
          ['x', 5],
          ['y', 4],
        ]),
      ),
    ]).toHaveLength(1);
    expect([...deltaFindings('t', [commit(0, 3, 'x'), commit(2, 8, 'y')], sizes)]).toHaveLength(1);
    expect([...deltaFindings('t', [commit(0, 3, 'x'), commit(1, 3, 'y')], sizes)]).toHaveLength(1);
  });
});

describe('the copies of a stream', () => {
  const copy = (server: string, lastSeq = 9, digest = 'd') => ({
    server,
    stream: 's',
    messages: 9,
    firstSeq: 1,
    lastSeq,
    digest,
  });

  test('must be equal on all servers', () => {
    expect([...copyFindings(['a', 'b'], [copy('a'), copy('b')])]).toEqual([]);
    expect([...copyFindings(['a', 'b'], [copy('a'), copy('b', 8)])]).toHaveLength(1);
    expect([...copyFindings(['a', 'b'], [copy('a'), copy('b', 9, 'e')])]).toHaveLength(1);
    expect([...copyFindings(['a', 'b'], [copy('a')])]).toHaveLength(1);
  });
});
