/** The processes of a run: one fleet of the five services, or several side by side. */
import type { Service } from '#stages/topology/topology';
import type { Random } from '../../examples/sales-tech/random.js';
import { allServices, Fleet, type FleetOptions } from '../e2e/support/fleet.js';

export class Fleets {
  private constructor(private readonly fleets: readonly Fleet[]) {}

  /** @param replicas processes of each service */
  static async start(options: FleetOptions, replicas: number): Promise<Fleets> {
    const suffixes = Array.from({ length: replicas }, (_, i) => (i === 0 ? '' : `-${i + 1}of${replicas}`));
    return new Fleets(await Promise.all(suffixes.map((suffix) => Fleet.start({ ...options, suffix }))));
  }

  /** Each process is replaced after the one before, as Deployments do it. */
  async replaceAll(): Promise<void> {
    for (const service of allServices) for (const fleet of this.fleets) await fleet.replace(service);
  }

  async killAll(): Promise<void> {
    for (const service of allServices) for (const fleet of this.fleets) fleet.kill(service);
  }

  /** Kills one of the processes. @returns of which service */
  killOne(random: Random): Service {
    const at = random.below(allServices.length * this.fleets.length);
    const service = allServices[at % allServices.length]!;
    this.fleets[Math.floor(at / allServices.length)]!.kill(service);
    return service;
  }

  async stop(): Promise<void> {
    await Promise.all(this.fleets.map((fleet) => fleet.stop()));
  }
}
