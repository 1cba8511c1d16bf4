/** Lineage: the checks a reader makes before it uses the next frame of a log. */
import type { FrameHead } from './head.js';

/** How far a reader has come in one log. */
export interface Position {
  readonly stream: string;
  readonly created: string;
  /** Last sequence used; 0 = none. */
  readonly seq: number;
  /** Lineage hash of the frame at `seq`; undefined when it is not known: before the first frame, or where a new task starts in the middle of a log. */
  readonly hash: string | undefined;
}

export type LineageVerdict = { readonly kind: 'ok' } | { readonly kind: 'halt'; readonly reason: string };

const holds: LineageVerdict = { kind: 'ok' };

export function checkNext(position: Position, seq: number, head: FrameHead): LineageVerdict {
  if (seq !== position.seq + 1) {
    return halt(
      `${position.stream}: expected frame ${position.seq + 1} but the next one is ${seq}: frames are missing from the log`,
    );
  }
  const expected = position.seq === 0 ? '' : position.hash;
  if (expected !== undefined && head.prev !== expected) {
    return halt(
      `${position.stream}: frame ${seq} does not continue frame ${position.seq} (lineage ${head.prev || 'none'}, expected ${expected || 'none'}): the log was rewritten`,
    );
  }
  return holds;
}

/** Facts of the input stream when a reader opens it. `firstSeq` is `last + 1` for an empty stream. */
export interface StreamFacts {
  readonly stream: string;
  readonly created: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export function checkOpen(position: Position, facts: StreamFacts): LineageVerdict {
  if (position.created !== facts.created) {
    return halt(
      `${position.stream} was recreated (created ${facts.created}, position was taken in ${position.created}). Its old events after ${position.seq} are gone. Reset this pipeline's logs to start anew, or restore the stream.`,
    );
  }
  if (facts.firstSeq > position.seq + 1) {
    return halt(
      `${position.stream} starts at ${facts.firstSeq} but this task has only read to ${position.seq}: ${facts.firstSeq - position.seq - 1} messages were deleted before they were read`,
    );
  }
  if (facts.lastSeq < position.seq) {
    return halt(
      `${position.stream} ends at ${facts.lastSeq} but this task has read to ${position.seq}: the stream lost its tail, or was recreated`,
    );
  }
  return holds;
}

function halt(reason: string): LineageVerdict {
  return { kind: 'halt', reason };
}
