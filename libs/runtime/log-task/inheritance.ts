/** What a task of a new generation begins with: the states of those before it, when they have ended. */
import { type LogName, subjectOf } from '#frame/log-name';
import { type Inheritance, later, type Predecessor } from '#frame/step';
import { HaltError } from '#nats/ground/halt-error';
import { type LastFrame, lastFrame } from '#nats/streams/last-frame';
import { type LogTaskSpec, partitionTaskOf } from '#stages/topology/topology';
import type { RuntimeContext } from '../cluster/context.js';
import { pause } from '../ground/pause.js';
import type { Waits } from '../ground/waits.js';
import { openLog } from '../logs/open-log.js';
import { loadSnapshot } from './snapshots.js';

const lookMs = 100;

export interface Inherited {
  /** Undefined when none of them had any. */
  readonly saved: Inheritance | undefined;
  readonly watermarkMs: number | null;
}

/** Waits until all predecessors have closed their logs, and loads what they knew. @returns undefined for a task that has none @throws when `stop` is aborted */
export async function inherit(
  context: RuntimeContext,
  { name, stage, inherits = [] }: LogTaskSpec,
  stop: AbortSignal,
  waits: Waits,
): Promise<Inherited | undefined> {
  if (inherits.length === 0) return undefined;
  const ends = await Promise.all(inherits.map((log) => endOf(context, log, stop, waits)));
  const predecessors: Predecessor[] = [];
  for (const [at, { head, hash }] of ends.entries()) {
    const snapshot = head.state && (await loadSnapshot(context, head.state));
    if (head.state && !snapshot)
      throw new HaltError(
        `${name}: the state of ${subjectOf(inherits[at]!)}, ${head.state.object}, is missing from the objects bucket`,
      );
    if (snapshot) predecessors.push({ task: partitionTaskOf(stage, inherits[at]!), hash, parts: snapshot.parts });
  }
  return {
    saved: predecessors.length > 0 ? { predecessors } : undefined,
    watermarkMs: ends.map(({ head }) => head.watermarkMs).reduce(later, null),
  };
}

async function endOf(context: RuntimeContext, log: LogName, stop: AbortSignal, waits: Waits): Promise<LastFrame> {
  const what = `end of ${subjectOf(log)}`;
  const { stream } = await openLog(context, log);
  for (;;) {
    stop.throwIfAborted();
    // A server that is behind only makes this look again.
    const last = await lastFrame(context.nats, stream, subjectOf(log));
    if (last?.head.closed) {
      waits.works(what);
      return last;
    }
    waits.fails(
      what,
      new Error(
        `${subjectOf(log)} has not ended: its task closes it when it has read all events of the partitions that the source had before`,
      ),
    );
    await pause(lookMs, stop);
  }
}
