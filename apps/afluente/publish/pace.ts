/** Keeps a rate: `wait(n)` returns when n more events may go. */
import { setTimeout as sleep } from 'node:timers/promises';

export class Pace {
  readonly #startedMs = performance.now();
  #events = 0;

  /** @param perSecond undefined = no limit */
  constructor(private readonly perSecond: number | undefined) {}

  async wait(events: number, stop?: AbortSignal): Promise<void> {
    if (this.perSecond === undefined) return;
    this.#events += events;
    const dueMs = (this.#events / this.perSecond) * 1000 - (performance.now() - this.#startedMs);
    if (dueMs > 1) await sleep(dueMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
