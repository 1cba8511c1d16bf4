/** Counts the input messages that a task takes again, because it started again before their outcome was stored. */
import type { Metrics } from '#telemetry/metrics';

export class Redeliveries {
  /** Newest sequence taken, by stream. It outlives the sessions of the task, not the process. */
  readonly #reached = new Map<string, number>();

  constructor(
    private readonly metrics: Pick<Metrics, 'redelivered'>,
    private readonly task: string,
  ) {}

  take(stream: string, seq: number): void {
    if (seq > (this.#reached.get(stream) ?? 0)) this.#reached.set(stream, seq);
    else this.metrics.redelivered(this.task);
  }
}
