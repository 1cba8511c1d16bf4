/** Where raw logs begin that hold no frame yet. */

import type { FrameHead } from '#frame/head';
import type { StreamFacts } from '#frame/lineage';
import { HaltError } from '#nats/ground/halt-error';
import { seqBefore } from '#nats/streams/seq-before';
import type { Source, Start } from '#pipeline/model/model';
import type { RuntimeContext } from '../cluster/context.js';
import type { FormerPartitions } from './former-partitions.js';

export interface Beginning {
  /** Last front sequence that a log without a frame leaves out. */
  readonly before: number;
  /** Whether each log must say so in a frame before anything is read: asked once more, the stream would say something else. */
  readonly isNoted: boolean;
}

/** A log with its last frame; undefined: it has none. */
interface Begun {
  readonly last: FirstOrLater | undefined;
}

interface FirstOrLater {
  readonly seq: number;
  readonly head: Pick<FrameHead, 'inputs'>;
}

type Context = Pick<RuntimeContext, 'nats' | 'now'>;

/** @param outputs the logs of one generation @throws HaltError when the stream has no such place */
export async function beginningOf(
  context: Context,
  { source }: { readonly source: Pick<Source, 'name' | 'front'> },
  front: StreamFacts,
  { coveredSeq }: Pick<FormerPartitions, 'coveredSeq'>,
  outputs: readonly Begun[],
): Promise<Beginning> {
  if (coveredSeq !== undefined) return { before: coveredSeq, isNoted: false };
  const first = { before: front.firstSeq - 1, isNoted: false };
  const start = source.front.kind === 'stream' ? source.front.start : undefined;
  if (start === undefined || start.at === 'first') return first;
  const begun = outputs.flatMap(({ last }) => last ?? []);
  // Where a log has read something without having said where it begins, `start` was not there yet: all begin at the first.
  if (begun.length === outputs.length || !begun.every(saysBeginning)) return first;
  // Some have said it before the process died.
  if (begun.length > 0) return { before: Math.min(...begun.map(({ head }) => head.inputs[0]!.last)), isNoted: true };
  return { before: await beforeStart(context, front, source.name, start), isNoted: true };
}

/** Whether it is the first frame of a log, and covers nothing. */
function saysBeginning({ seq, head: { inputs } }: FirstOrLater): boolean {
  return seq === 1 && inputs[0]!.last < inputs[0]!.first;
}

/** Last front sequence that the source leaves out. */
async function beforeStart(
  { nats, now }: Context,
  front: StreamFacts,
  name: string,
  start: Exclude<Start, { readonly at: 'first' }>,
): Promise<number> {
  if (start.at === 'new') return front.lastSeq;
  if (start.at === 'sequence') {
    if (start.seq <= front.lastSeq + 1) return Math.max(start.seq, front.firstSeq) - 1;
    throw new HaltError(
      `source ${name} starts at message ${start.seq}, but ${front.stream} has had ${front.lastSeq} only. Set start to one that is there, or to new`,
    );
  }
  if (start.timeMs <= now()) return seqBefore(nats, front.stream, start.timeMs);
  throw new HaltError(
    `source ${name} starts at ${new Date(start.timeMs).toISOString()}, which is still to come. Set start to a time that is over, or to new`,
  );
}
