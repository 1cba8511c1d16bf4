/** What waits in a front stream for its ingest task, as far as deliveries tell. */
import type { LogLag } from '#nats/log-reader';
import { RunningMean } from '#nats/running-mean';
import type { Delivery } from '#nats/stream-reader';
import type { Metrics } from '#telemetry/metrics';
import { oldest } from './log-inputs.js';
import { Redeliveries } from './redeliveries.js';

export class FrontMeter {
  readonly #redeliveries: Redeliveries;
  readonly #eventsOfMessage = new RunningMean();
  #deliveredNs = '0';

  constructor(metrics: Metrics, task: string) {
    this.#redeliveries = new Redeliveries(metrics, task);
  }

  received({ seq, timeNs }: Delivery, stream: string): void {
    this.#redeliveries.take(stream, seq);
    this.#deliveredNs = timeNs;
  }

  laid(events: number): void {
    this.#eventsOfMessage.add(events);
  }

  /** @param waiting messages behind the newest delivery, and those held back @param unstored when the oldest event at hand came, by partition, epoch ms */
  lag(waiting: number, unstored: readonly (number | undefined)[]): LogLag {
    // Whatever waits in the stream came after what was delivered last.
    const deliveredMs = waiting > 0 ? Number(this.#deliveredNs.slice(0, -6)) : undefined;
    return { messages: waiting, events: Math.round(waiting * this.#eventsOfMessage.value), oldestMs: oldest([...unstored, deliveredMs]) };
  }
}
