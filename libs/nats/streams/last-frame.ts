/** Single frames of a log: the last one, and the one at a sequence. */
import type { StoredMsg } from '@nats-io/jetstream';
import { type FrameHead, hashHead } from '#frame/head';
import type { StreamFacts } from '#frame/lineage';
import type { Nats } from '../ground/nats.js';
import { StaleAnswerError } from '../ground/stale-answer-error.js';
import { StreamSetupError } from '../ground/stream-setup-error.js';
import { getMessage } from './get-message.js';
import { readHead } from './read-head.js';

export interface LastFrame {
  readonly seq: number;
  readonly head: FrameHead;
  readonly hash: string;
}

/** The last frame of a log, read from the stream's leader; undefined when the log is empty. */
export async function lastFrame(nats: Nats, stream: string, subject: string): Promise<LastFrame | undefined> {
  return frameOf(stream, await getMessage(nats, stream, { last_by_subj: subject }));
}

/**
 * The last frame of a log whose facts were read just before; undefined when both say that the log is empty.
 *
 * Two reads may be answered by two servers, one of which leads no longer and has less. A writer that took the end of the log from
 * one answer and "there is no frame" from the other would pass the fence, and begin anew behind frames that are there.
 */
export async function newestFrame(
  nats: Nats,
  { stream, firstSeq, lastSeq }: StreamFacts,
  subject: string,
): Promise<LastFrame | undefined> {
  const last = await lastFrame(nats, stream, subject);
  if (!last && firstSeq <= lastSeq)
    throw new StaleAnswerError(
      `${stream} has frames up to ${lastSeq}, but the last one was not found: a server that is behind has answered`,
    );
  return last;
}

/** The frame at `seq` of a log; undefined when it is not there. */
export async function frameAt(nats: Nats, stream: string, seq: number): Promise<LastFrame | undefined> {
  return frameOf(stream, await getMessage(nats, stream, { seq }));
}

function frameOf(stream: string, stored: StoredMsg | undefined): LastFrame | undefined {
  if (!stored) return undefined;
  const head = readHead(() => stored.header);
  if (!head)
    throw new StreamSetupError(
      `message ${stored.seq} of ${stream} is not a frame: something else publishes to ${stored.subject}. Only Afluente may publish there.`,
    );
  return { seq: stored.seq, head, hash: hashHead(head) };
}
