/** In which order a task takes its inputs: the logs of a source's present partitions when those of the ones before have been read to their end. */
import type { Position, StreamFacts } from '#frame/lineage';
import { type LogName, subjectOf } from '#frame/log-name';
import { newestFrame } from '#nats/streams/last-frame';
import { olderLogs } from '#stages/define/generations';
import { isFormer } from '#stages/topology/topology';
import type { RuntimeContext } from '../cluster/context.js';

export class InputOrder {
  readonly #older: readonly (readonly number[])[];
  readonly #ended: boolean[];

  /** @param ended of each log, whether it was read to its last frame for good */
  constructor(logs: readonly LogName[], ended: readonly boolean[]) {
    this.#older = olderLogs(logs);
    this.#ended = [...ended];
  }

  /** @param facts of the logs' streams @param positions to which they were read */
  static async of(
    { nats, topology }: Pick<RuntimeContext, 'nats' | 'topology'>,
    logs: readonly LogName[],
    facts: readonly StreamFacts[],
    positions: readonly Position[],
  ): Promise<InputOrder> {
    const ended = logs.map(async (log, at) => {
      const { seq } = positions[at]!;
      if (!isFormer(topology.pipeline, log) || seq < facts[at]!.lastSeq) return false;
      const newest = await newestFrame(nats, facts[at]!, subjectOf(log));
      // Asked later than the facts: frames may stand before the closing one that those do not know.
      return newest !== undefined && newest.seq <= seq && newest.head.closed === true;
    });
    return new InputOrder(logs, await Promise.all(ended));
  }

  /** Whether it is an input's turn. */
  isDue(input: number): boolean {
    return this.#older[input]!.every((older) => this.#ended[older]);
  }

  /** The last frame of an input for good was taken. */
  end(input: number): void {
    this.#ended[input] = true;
  }

  /** Nothing will come any more. */
  get allEnded(): boolean {
    return this.#ended.every(Boolean);
  }
}
