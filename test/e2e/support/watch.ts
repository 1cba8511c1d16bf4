/** Follows a pipeline from outside, as `afluente up --until-idle` does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { Observer } from '../../../apps/afluente/progress/observer.js';
import { ensureFronts } from '../../../apps/afluente/streams/ensure-fronts.js';

const pollMs = 200;

export class Watch {
  private constructor(
    readonly nats: Nats,
    private readonly observer: Observer,
  ) {}

  /** Connects, and makes the streams that producers publish to. */
  static async open(url: string, pipeline: string): Promise<Watch> {
    const topology: Topology = topologyOf(PipelineSource.load(pipeline).compiled);
    const nats = await connectNats(url, 'test-watch');
    await ensureFronts(nats, topology);
    return new Watch(nats, await Observer.open(nats, topology));
  }

  /** Resolves when every event so far is in the lake; throws when a task halts, or with the state of the tasks after `msMax`. */
  async idle(msMax: number): Promise<void> {
    const untilMs = performance.now() + msMax;
    while (!(await this.observer.isIdle())) {
      const halted = this.observer.halted();
      if (halted.length > 0) throw new Error(`tasks halted:\n${halted.join('\n')}`);
      if (performance.now() > untilMs) throw new Error(`not idle after ${msMax} ms:\n${await this.#describe()}`);
      await sleep(pollMs);
    }
  }

  async close(): Promise<void> {
    this.observer.close();
    await this.nats.nc.close();
  }

  async #describe(): Promise<string> {
    const views = await this.observer.views();
    return views
      .map(
        ({ task, status, position, lag }) =>
          `${task.name} ${status?.state} at ${position}, lag ${lag}, idle ${status?.idle} ${status?.reason ?? ''}`,
      )
      .join('\n');
  }
}
