/**
 * The stages of a pipeline without a server: messages go in, and what each stage wrote comes out as plain data. Stages, tasks and steps are those of the services.
 * A seed cuts the way at places of its own, as the runtime may: where frames, batches and outputs end, in which order a task with several inputs reads them, and where
 * it starts again from its snapshot or dies within a step. Nothing of that may change what is decided.
 */
import { join } from 'node:path';
import { type LogName, streamOf } from '#frame/log-name';
import { eventPartitioner } from '#frame/partition';
import type { InputFrame, StageState } from '#frame/step';
import type { Source } from '#pipeline/model/model';
import { PipelineSource } from '#runtime/service/pipeline-source';
import type { StageFacts, StepParts } from '#stages/define/define-stage';
import { logStages } from '#stages/kinds/all-stages';
import { ingest } from '#stages/kinds/ingest';
import { eventPlacer } from '#stages/raw/place-events';
import {
  type Arrival,
  inputFrame,
  type Refused,
  rawFrame,
  refusedIn,
  rowsIn,
  wide,
} from '#stages/topology/example-frames';
import { type LogTaskSpec, logTasksOf, type Topology, topologyOf } from '#stages/topology/topology';
import { Random } from '../../simulation/time/random.js';
import { projectRoot } from '../project-root.js';
import { cutBehind, runBatches, type StepRun, type StepRunOptions } from './step-run.js';

/** As it is published: an object, its JSON, or bytes that are none. */
export type Message = object | string | Uint8Array;

/** What a stage wrote, task by task. */
export interface Written {
  /** Events that it accepted; of a window, its results. */
  readonly rows: readonly Record<string, unknown>[];
  /** Events that it refused or found late, and those that it passed on as such. `seq` is the place of the event, from 1. */
  readonly refused: readonly Refused[];
  readonly duplicates: number;
  readonly frames: readonly InputFrame[];
}

type Run = StepRun<StageState | undefined>;

/** When all messages are in, nothing comes for so long: windows close. */
const silenceMs = 86_400_000;

export class StageTester {
  readonly topology: Topology;

  constructor(private readonly parts: StepParts) {
    const { pipeline, enriched } = parts.compiled;
    // No partition has a past here.
    const sources = Object.values(pipeline.sources).map((one) => [one.name, { ...one, generations: [one.partitions] }]);
    this.topology = topologyOf({ pipeline: { ...pipeline, sources: Object.fromEntries(sources) }, enriched });
  }

  /** @param folder of a pipeline, from the root of the repository @throws PipelineError */
  static open(folder: string): StageTester {
    return new StageTester(PipelineSource.load(join(projectRoot, folder)));
  }

  /** @param messages in the order in which they arrive: each at the time of its event, but not before the one in front of it */
  run(source: string, messages: readonly Message[], seed?: number): StageRun {
    const { topology, parts } = this;
    const cuts = new Cuts(seed);
    const run = new StageRun(topology, rawLogs(topology, topology.pipeline.sources[source]!, messages, cuts));
    for (const stage of logStages) {
      for (const task of logTasksOf(topology, stage)) {
        const frames = cuts.mix(run.inputsOf(task));
        if (frames.length > 0)
          run.add(
            task,
            runBatches(() => stage.step(parts, task), cuts.cut(frames), cuts.options()),
          );
      }
    }
    return run;
  }
}

export class StageRun {
  readonly #runs = new Map<string, Run>();

  constructor(
    private readonly topology: Topology,
    private readonly logs: Map<string, readonly InputFrame[]>,
  ) {}

  add(task: LogTaskSpec, run: Run): void {
    this.#runs.set(task.name, run);
    this.logs.set(streamOf(task.output), run.log);
  }

  /** The frames of each input of a task. */
  inputsOf({ inputs }: LogTaskSpec): InputFrame[][] {
    return inputs.map((log, input) => (this.logs.get(streamOf(log)) ?? []).map((frame) => ({ ...frame, input })));
  }

  /** @param origin the source or window; default: all that the stage has a task of */
  writtenBy(stage: StageFacts, origin?: string): Written {
    const tasks = logTasksOf(this.topology, stage).filter((task) => origin === undefined || task.origin === origin);
    const runs = tasks.flatMap(({ name }) => this.#runs.get(name) ?? []);
    const frames = runs.flatMap(({ log }) => log);
    return {
      rows: [...rowsIn(frames, 'ok'), ...rowsIn(frames, 'results')],
      refused: [...refusedIn(frames, 'rejected'), ...refusedIn(frames, 'late')],
      duplicates: runs.flatMap(({ results }) => results).reduce((sum, { duplicates = 0 }) => sum + duplicates, 0),
      frames,
    };
  }
}

/** Where the way is cut; without a seed nowhere. */
class Cuts {
  readonly #random: Random | undefined;

  constructor(seed: number | undefined) {
    this.#random = seed === undefined ? undefined : new Random(seed);
  }

  cut<T>(items: readonly T[]): (readonly T[])[] {
    const places = items.flatMap((_, at) => (this.#random?.chance(0.3) ? [at] : []));
    return cutBehind(items, new Set(places));
  }

  /** One after the other from several, each in its own order. */
  mix<T>(queues: readonly (readonly T[])[]): T[] {
    if (!this.#random) return queues.flat();
    const mixed: T[] = [];
    for (let left = queues.filter(isFilled).map((queue) => [...queue]); left.length > 0; left = left.filter(isFilled))
      mixed.push(this.#random.pick(left).shift()!);
    return mixed;
  }

  options(): StepRunOptions {
    const random = this.#random;
    return random
      ? {
          limits: () => ({ ...wide, frameBytesMax: random.pick([1, 3_000, wide.frameBytesMax]) }),
          restarts: () => random.chance(0.2),
          dies: () => (random.chance(0.2) ? random.next() : undefined),
        }
      : {};
  }
}

/** What ingest would write, by stream. */
function rawLogs(
  { pipeline }: Topology,
  source: Source,
  messages: readonly Message[],
  cuts: Cuts,
): Map<string, InputFrame[]> {
  const arrivals = arrivalsOf(source, messages);
  const endMs = Math.max(0, ...arrivals.flat().map(({ atMs }) => atMs));
  return new Map(
    arrivals.map((own, partition) => {
      const log: LogName = { pipeline: pipeline.name, stage: ingest.writes, origin: source.name, partition };
      const frames = cuts.cut(own).map((part, at) => rawFrame(at + 1, part, { clockMs: part.at(-1)!.atMs }));
      const silence = inputFrame(frames.length + 1, [], { idle: true, clockMs: endMs + silenceMs });
      return [streamOf(log), [...frames, silence]];
    }),
  );
}

/** By partition. */
function arrivalsOf(source: Source, messages: readonly Message[]): Arrival[][] {
  const { partitions, eventTime } = source;
  const [eventsOf, partitionOf] = [eventPlacer(source), eventPartitioner(partitions)];
  const arrivals = Array.from({ length: partitions }, (): Arrival[] => []);
  let [seq, atMs] = [0, 0];
  for (const { bytes, start, end, key } of messages.flatMap((message) =>
    eventsOf(bytesOf(message), { subject: '', header: () => undefined }),
  )) {
    const payload = Buffer.from(bytes.subarray(start, end));
    atMs = Math.max(atMs, timeIn(payload, eventTime.field));
    arrivals[partitionOf(key, ++seq)]!.push({ payload, atMs, seq });
  }
  return arrivals;
}

function bytesOf(message: Message): Uint8Array {
  if (message instanceof Uint8Array) return message;
  return Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
}

/** Epoch ms; 0 where an event says none. */
function timeIn(payload: Buffer, field: string): number {
  const [, time = ''] = new RegExp(`"${field}" *: *"([^"]*)"`).exec(payload.toString()) ?? [];
  return Date.parse(time) || 0;
}

function isFilled({ length }: readonly unknown[]): boolean {
  return length > 0;
}
