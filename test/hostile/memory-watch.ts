/** The most memory that each service has had, also those that died and were started again. */
import type { Service } from '#stages/topology/topology';
import { peakMebibytes } from '../bounds/support/peak-memory.js';
import { allServices, type Fleet } from '../e2e/support/fleet.js';

const everyMs = 500;

export class MemoryWatch {
  readonly #peaks = new Map<Service, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly fleet: Fleet) {
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  /** Whole MiB. Looks once more, and stops. */
  end(): Readonly<Record<Service, number>> {
    clearInterval(this.#timer);
    this.#look();
    return Object.fromEntries(allServices.map((service) => [service, this.#peaks.get(service) ?? 0])) as Record<
      Service,
      number
    >;
  }

  #look(): void {
    for (const service of allServices) {
      const pid = this.fleet.pid(service);
      if (pid === undefined || !this.fleet.isRunning(service)) continue;
      this.#peaks.set(service, Math.max(this.#peaks.get(service) ?? 0, Math.ceil(peakMebibytes(pid))));
    }
  }
}
