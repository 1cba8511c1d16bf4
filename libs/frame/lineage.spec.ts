/** A reader goes on only where its log continues what it has read; every halt says what happened. */
import { describe, expect, test } from '@jest/globals';
import type { FrameHead } from './head.js';
import { checkNext, checkOpen, type Position } from './lineage.js';

const position: Position = { stream: 'LOG', created: 'monday', seq: 7, hash: 'h7' };
const head = (prev: string): FrameHead => ({
  inputs: [],
  prev,
  watermarkMs: null,
  idle: false,
  logic: 'v',
  sections: [],
});
const reasonOf = (verdict: ReturnType<typeof checkNext>): string => (verdict.kind === 'halt' ? verdict.reason : 'ok');

describe('the next frame', () => {
  test('continues the position when its sequence and its lineage do', () => {
    expect(checkNext(position, 8, head('h7'))).toEqual({ kind: 'ok' });
  });

  test.each([[9], [7], [1]])('with sequence %i instead of 8 halts: frames are missing', (seq) => {
    expect(reasonOf(checkNext(position, seq, head('h7')))).toBe(
      `LOG: expected frame 8 but the next one is ${seq}: frames are missing from the log`,
    );
  });

  test('with another lineage halts: the log was rewritten', () => {
    expect(reasonOf(checkNext(position, 8, head('other')))).toBe(
      'LOG: frame 8 does not continue frame 7 (lineage other, expected h7): the log was rewritten',
    );
    expect(reasonOf(checkNext(position, 8, head('')))).toContain('lineage none, expected h7');
  });

  test('is the first one when nothing was read: it has no lineage', () => {
    const start = { ...position, seq: 0, hash: undefined };
    expect(checkNext(start, 1, head(''))).toEqual({ kind: 'ok' });
    expect(reasonOf(checkNext(start, 1, head('h0')))).toContain('lineage h0, expected none');
  });

  test('of any lineage continues a position in the middle of a log whose hash is not known', () => {
    expect(checkNext({ ...position, hash: undefined }, 8, head('whatever'))).toEqual({ kind: 'ok' });
  });
});

describe('an input that is opened', () => {
  const facts = { stream: 'LOG', created: 'monday', firstSeq: 3, lastSeq: 20 };

  test('may hold more than was read, exactly what was read, or start right behind it', () => {
    expect(checkOpen(position, facts)).toEqual({ kind: 'ok' });
    expect(checkOpen(position, { ...facts, lastSeq: 7 })).toEqual({ kind: 'ok' });
    expect(checkOpen(position, { ...facts, firstSeq: 8 })).toEqual({ kind: 'ok' });
    expect(checkOpen(position, { ...facts, firstSeq: 8, lastSeq: 7 })).toEqual({ kind: 'ok' });
  });

  test('of another incarnation halts, says what is gone and what to do', () => {
    expect(reasonOf(checkOpen(position, { ...facts, created: 'tuesday' }))).toBe(
      "LOG was recreated (created tuesday, position was taken in monday). Its old events after 7 are gone. Reset this pipeline's logs to start anew, or restore the stream.",
    );
  });

  test('that was trimmed past the position halts and counts the loss', () => {
    expect(reasonOf(checkOpen(position, { ...facts, firstSeq: 11 }))).toBe(
      'LOG starts at 11 but this task has only read to 7: 3 messages were deleted before they were read',
    );
  });

  test('that ends before the position halts: its tail is lost', () => {
    expect(reasonOf(checkOpen(position, { ...facts, lastSeq: 6 }))).toBe(
      'LOG ends at 6 but this task has read to 7: the stream lost its tail, or was recreated',
    );
  });
});
