/**
 * Measures a recovery: from now until an event that was published after now has gone all the way, in every partition.
 *
 * All the way means: into each log that follows from it, and into committed rows of bronze and silver. Gold and quarantine get
 * rows only now and then, so for them the logs they are made from count; the end of the run checks all tables.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { streamOf, subjectOf } from '#frame/log-name';
import type { NatsClient } from '#nats/ground/nats';
import { lastFrame } from '#nats/streams/last-frame';
import { streamInfo } from '#nats/streams/stream-info';
import { tableKinds } from '#stages/tables/table-kinds';
import { byTask, type IngestTask, type LakeTask, type LogTaskSpec, type Topology } from '#stages/topology/topology';
import type { LakePositions } from './lake-positions.js';
import type { Crew } from './world/crew.js';

/** So many events behind the first one of a recovery, every partition has had one. */
const events = 30;
const pollMs = 100;

export interface RecoveryParts {
  readonly admin: NatsClient;
  readonly topology: Topology;
  readonly lake: LakePositions;
  readonly crew: Crew;
}

/** It took too long, or a task halted. The message says what is missing. */
export class NotRecoveredError extends Error {
  override readonly name = 'NotRecoveredError';
}

export class Recovery {
  constructor(private readonly parts: RecoveryParts) {}

  /** @returns milliseconds until all is well again @throws NotRecoveredError after `msMax` */
  async measure(msMax: number): Promise<number> {
    const startedMs = performance.now();
    const run = new Passage(this.parts);
    for (let missing = await run.look(); missing.length > 0; missing = await run.look()) {
      if (performance.now() - startedMs > msMax)
        throw new NotRecoveredError(`not recovered after ${msMax / 1000} s: ${missing.join(', ')}`);
      const halted = missing.filter((text) => text.includes('halted'));
      if (halted.length > 0) throw new NotRecoveredError(`a task halted: ${halted.join(', ')}`);
      await sleep(pollMs);
    }
    return performance.now() - startedMs;
  }
}

/** Follows one front sequence through the logs: `reached` holds, for each log, a sequence that covers it. */
class Passage {
  readonly #reached = new Map<string, number>();
  readonly #front = new Map<string, number>();
  readonly #done = new Set<string>();

  constructor(private readonly parts: RecoveryParts) {}

  /** @returns what is still missing; empty when all is well */
  async look(): Promise<string[]> {
    const { tasks } = this.parts.topology;
    const waiting = tasks.filter(({ name }) => !this.#done.has(name));
    await Promise.all(
      waiting.map(async (task) => {
        // A question that fails is asked again: servers may be on their way up.
        const done = await this.#passed(task).catch(() => false);
        if (done) this.#done.add(task.name);
      }),
    );
    const missing = tasks.filter(({ name }) => !this.#done.has(name)).map(({ name }) => name);
    return [...missing, ...(await this.parts.crew.problems())];
  }

  #passed(task: Topology['tasks'][number]): Promise<boolean> {
    return byTask(task, {
      ingest: (one) => this.#passedIngest(one),
      log: (one) => this.#passedLog(one),
      lake: (one) => this.#passedLake(one),
    });
  }

  async #passedIngest({ front, outputs }: IngestTask): Promise<boolean> {
    const { stream } = front;
    const info = await streamInfo(this.parts.admin, stream);
    if (!info) return false;
    const wanted = this.#front.get(stream) ?? info.state.last_seq + events;
    this.#front.set(stream, wanted);
    if (info.state.last_seq < wanted) return false;
    const passed = await Promise.all(
      outputs.map((output) => this.#advance(streamOf(output), subjectOf(output), [wanted])),
    );
    return passed.every(Boolean);
  }

  async #passedLog({ inputs, output }: LogTaskSpec): Promise<boolean> {
    const wanted = this.#wanted(inputs.map(streamOf));
    return wanted !== undefined && this.#advance(streamOf(output), subjectOf(output), wanted);
  }

  async #passedLake({ inputs, table }: LakeTask): Promise<boolean> {
    const streams = inputs.map(streamOf);
    const wanted = this.#wanted(streams);
    if (wanted === undefined) return false;
    if (!tableKinds[table.stage].holds.includes('ok')) return true;
    const committed = await this.parts.lake.read(table.name, streams);
    return committed.every((seq, input) => seq !== undefined && seq >= wanted[input]!);
  }

  /** Sequences that cover the event in these logs; undefined until each has one. */
  #wanted(streams: readonly string[]): number[] | undefined {
    const seqs = streams.flatMap((stream) => this.#reached.get(stream) ?? []);
    return seqs.length === streams.length ? seqs : undefined;
  }

  /** Whether the newest frame of a log covers `wanted` of its inputs. */
  async #advance(stream: string, subject: string, wanted: readonly number[]): Promise<boolean> {
    if (this.#reached.has(stream)) return true;
    const last = await lastFrame(this.parts.admin, stream, subject);
    if (!last?.head.inputs.every((range, input) => range.last >= wanted[input]!)) return false;
    this.#reached.set(stream, last.seq);
    return true;
  }
}
