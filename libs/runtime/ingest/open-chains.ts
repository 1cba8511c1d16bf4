/**
 * Opens the raw logs of a source where they stand, and the clock that their frames share: closes those of the partitions it had before, when
 * there is somebody to read the others, and goes on.
 */
import type { StreamFacts } from '#frame/lineage';
import type { LogName } from '#frame/log-name';
import { HaltError } from '#nats/ground/halt-error';
import { type IngestTask as Spec, sourceOf } from '#stages/topology/topology';
import type { RuntimeContext } from '../cluster/context.js';
import { FrontClock } from '../front/front-clock.js';
import { type FrontPosition, incarnationRead } from '../front/front-message.js';
import type { Waits } from '../ground/waits.js';
import { haltIfRead } from '../logs/begun-before.js';
import type { LogTraces } from '../logs/log-traces.js';
import { type OpenOutput, openOutput } from '../logs/open-log.js';
import { appendObserver } from '../logs/task-meter.js';
import { beginningOf } from './beginning.js';
import { readThrough } from './coverage.js';
import { FormerPartitions } from './former-partitions.js';
import { type ChainOwner, PartitionChain } from './partition-chain.js';

export interface ChainOpening {
  readonly context: RuntimeContext;
  readonly spec: Spec;
  readonly front: StreamFacts;
  readonly owner: ChainOwner;
  /** Of each log; undefined where nothing is traced. */
  readonly traces: ReadonlyMap<LogName, LogTraces | undefined>;
  /** Throws when messages behind `seq`, to which a log has read, are gone. */
  check(seq: number): void;
}

export interface Chains {
  /** Of the partitions that are written: the present ones, or those before while nobody would read the present ones. */
  readonly chains: readonly PartitionChain[];
  readonly former: FormerPartitions;
  readonly clock: FrontClock;
  /** Under which the logs know the front stream. */
  readonly created: string;
  /** Tasks of the next generation: when all are there, and the logs cover the same, they are to be opened again. Undefined: there is none. */
  readonly awaited: readonly string[] | undefined;
}

/** Whether all tasks have been seen at work, or waiting for it. */
export function areThere({ board }: Pick<RuntimeContext, 'board'>, tasks: readonly string[]): boolean {
  return tasks.every((task) => board.get(task) !== undefined);
}

/**
 * Whether all of them cover the same messages. If not, and another partition went on with their keys from there, events of one would come behind younger ones of another,
 * by which time has gone on.
 */
export function areEven(chains: readonly Pick<PartitionChain, 'covered'>[]): boolean {
  return chains.every(({ covered: { seq, events } }) => seq === chains[0]!.covered.seq && events === 0);
}

/** @throws HaltError when a present log is closed; AppendError when another process writes the logs */
export async function openChains(opening: ChainOpening, stop: AbortSignal, waits: Waits): Promise<Chains> {
  const { context, spec, front } = opening;
  let { created } = front;
  const read: FrontPosition[] = [];
  const former = new FormerPartitions();
  let clock = new FrontClock(context.now, undefined);
  const generations = [...Map.groupBy(spec.outputs, ({ generation = 0 }) => generation).values()];
  for (const [generation, logs] of generations.entries()) {
    const outputs = await Promise.all(logs.map((log) => openRaw(opening, log, stop, waits)));
    clock = behind(outputs, context, clock);
    read.push(...outputs.flatMap(({ last }) => (last ? readThrough(last) : [])));
    // Nothing is written to logs that are all closed, and later ones can prove more.
    if (!outputs.every(isClosed)) created = await incarnationRead(context.nats, front, read);
    const beginning = await beginningOf(context, spec, front, former, outputs);
    await haltIfRead(context.board, spec.name, outputs, front, beginning.before);
    const chains = outputs.map((output, at) => chainOf(opening, logs[at]!, output, created, beginning.before, clock));
    if (beginning.isNoted) await Promise.all(chains.map((chain, at) => outputs[at]!.last || chain.begin(clock.nowMs)));
    const closed = outputs.find(isClosed);
    if (generation === generations.length - 1) {
      if (closed)
        throw new HaltError(
          `${closed.facts.stream} is closed: the number of partitions of source ${spec.source.name} has changed since, and this pipeline.yaml says only those before. Start with the one that names the new number, too.`,
        );
      return { chains, former, clock, created, awaited: undefined };
    }
    const awaited = tasksOf(context, spec, generation + 1);
    if (!closed && !(areThere(context, awaited) && areEven(chains))) return { chains, former, clock, created, awaited };
    await Promise.all(chains.map(async (chain, at) => isClosed(outputs[at]!) || chain.close(clock.nowMs)));
    former.add(chains);
  }
  throw new Error(`source ${spec.source.name} has no partitions`);
}

/** Tasks that work on the events of a source in a generation. */
function tasksOf({ topology }: RuntimeContext, { source }: Spec, generation: number): string[] {
  const { pipeline, tasks } = topology;
  return tasks.flatMap((task) =>
    'output' in task && task.output.generation === generation && sourceOf(pipeline, task.output) === source
      ? [task.name]
      : [],
  );
}

async function openRaw(
  { context, spec, traces }: ChainOpening,
  log: LogName,
  stop: AbortSignal,
  waits: Waits,
): Promise<OpenOutput> {
  const output = await openOutput(context, log, appendObserver(context.metrics, spec.name, waits, log));
  if (!isClosed(output)) await traces.get(log)?.open(context.nats, output.facts, stop);
  return output;
}

function isClosed({ last }: OpenOutput): boolean {
  return last?.head.closed === true;
}

/** A clock that none of these logs is ahead of; the same when they are empty. */
function behind(outputs: readonly OpenOutput[], { now }: RuntimeContext, clock: FrontClock): FrontClock {
  const told = outputs.flatMap(({ last }) => last?.head.clockMs ?? []);
  return told.length === 0 ? clock : new FrontClock(now, Math.max(...told));
}

function chainOf(
  { context, front, owner, traces, check }: ChainOpening,
  log: LogName,
  output: OpenOutput,
  created: string,
  before: number,
  clock: FrontClock,
): PartitionChain {
  const { last, writer } = output;
  const chain = new PartitionChain(
    writer,
    { front: front.stream, created, logic: context.logic },
    last,
    before,
    clock.nowMs,
    owner,
    traces.get(log),
  );
  // What a closed log covers may be gone from the front stream since.
  if (last) check(isClosed(output) ? Math.max(chain.covered.seq, front.firstSeq - 1) : chain.covered.seq);
  return chain;
}
