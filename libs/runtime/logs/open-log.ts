/** Opens a log of the pipeline, found or made: to read it, or to write on behind its last frame. */
import type { StreamFacts } from '#frame/lineage';
import { type LogName, streamOf, subjectOf } from '#frame/log-name';
import { HaltError } from '#nats/ground/halt-error';
import { type AppendObserver, LogWriter } from '#nats/messages/log-writer';
import { ensureLog, type Relative } from '#nats/streams/ensure-log';
import { type LastFrame, newestFrame } from '#nats/streams/last-frame';
import type { Wanted } from '#nats/streams/stream-faults';
import { identityOf, relativesOf } from '#stages/topology/log-identity';
import type { RuntimeContext } from '../cluster/context.js';

export type LogsContext = Pick<RuntimeContext, 'nats' | 'topology'> & {
  readonly config: Pick<RuntimeContext['config'], 'logBytesMax' | 'streamReplicas'>;
};
export type WantedLog = Wanted & { readonly bytesMax: number; readonly relatives: readonly Relative[] };

/** What is wanted of its stream. */
export function wantedOf({ topology, config }: LogsContext, log: LogName): WantedLog {
  return {
    kind: 'log',
    subjects: [subjectOf(log)],
    replicas: config.streamReplicas,
    bytesMax: config.logBytesMax,
    identity: identityOf(topology, log),
    relatives: relativesOf(topology.pipeline, log).map((relative) => ({
      stream: streamOf(relative),
      identity: identityOf(topology, relative),
    })),
  };
}

/** @throws StreamSetupError when it would lose something; HaltError when it was made for another pipeline file */
export function openLog(context: LogsContext, log: LogName): Promise<StreamFacts> {
  const { subjects, ...settings } = wantedOf(context, log);
  return ensureLog(context.nats, streamOf(log), [...subjects], settings);
}

export interface OpenOutput {
  readonly facts: StreamFacts;
  readonly last: LastFrame | undefined;
  readonly writer: LogWriter;
}

/** @throws as `openLog` does; HaltError when others have purged all of its frames */
export async function openOutput(context: LogsContext, log: LogName, observer: AppendObserver): Promise<OpenOutput> {
  const facts = await openLog(context, log);
  const last = await newestFrame(context.nats, facts, subjectOf(log));
  // Its writer keeps the last frame, in which the position stands. To begin anew behind it would repeat what readers have had.
  if (!last && facts.lastSeq > 0)
    throw new HaltError(
      `${facts.stream} holds no frame, though it has had ${facts.lastSeq}: somebody purged it, and how far its task had read is lost. Restore the stream from a backup, or start anew`,
    );
  return {
    facts,
    last,
    writer: new LogWriter(context.nats, facts.stream, subjectOf(log), last, facts.lastSeq, observer),
  };
}
