/** What waits in a front stream for its ingest task, as far as deliveries tell. */
import type { LogLag } from '#nats/messages/log-reader';
import { RunningMean } from '#nats/messages/running-mean';
import type { Delivery } from '#nats/messages/stream-reader';
import type { Metrics } from '#telemetry/metrics';
import { oldest } from '../logs/log-inputs.js';
import { Redeliveries } from '../logs/redeliveries.js';

export class FrontMeter {
  readonly #redeliveries: Redeliveries;
  readonly #eventsOfMessage = new RunningMean();
  #deliveredNs = '0';
  #pending = 0;

  constructor(metrics: Metrics, task: string) {
    this.#redeliveries = new Redeliveries(metrics, task);
  }

  received({ seq, timeNs, pending }: Delivery, stream: string): void {
    this.#redeliveries.take(stream, seq);
    this.#deliveredNs = timeNs;
    this.#pending = pending;
  }

  /** Nothing waits in the stream: what did by the last delivery may have been deleted since. */
  drained(): void {
    this.#pending = 0;
  }

  /** Messages behind the newest delivery. */
  get pending(): number {
    return this.#pending;
  }

  laid(events: number): void {
    this.#eventsOfMessage.add(events);
  }

  /** @param held messages that were delivered and wait @param unstored when the oldest event at hand came, by partition, epoch ms */
  lag(held: number, unstored: readonly (number | undefined)[]): LogLag {
    const waiting = this.#pending + held;
    // Whatever waits in the stream came after what was delivered last.
    const deliveredMs = waiting > 0 ? Number(this.#deliveredNs.slice(0, -6)) : undefined;
    return {
      messages: waiting,
      events: Math.round(waiting * this.#eventsOfMessage.value),
      oldestMs: oldest([...unstored, deliveredMs]),
    };
  }
}
