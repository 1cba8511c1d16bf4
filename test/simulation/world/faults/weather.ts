/** How rough network, servers and store are at the moment: chances out of the seed. */
import type { Call } from '../../model/call.js';
import type { Fate, Mishaps } from '../../model/mishaps.js';
import type { Random } from '../../time/random.js';
import type { History } from '../history.js';
import type { StoreFate } from '../lake/memory-store.js';

/** Chances, 0 to 1. */
export interface Roughness {
  readonly requestLost: number;
  readonly answerLost: number;
  /** Done late, after its sender has given up. */
  readonly late: number;
  readonly deliveryLost: number;
  readonly store: number;
}

export const fair: Roughness = { requestLost: 0, answerLost: 0, late: 0, deliveryLost: 0, store: 0 };

const lateMsMax = 9_000;
const storeLateMsMax = 6_000;
const networkMsMax = 4;
const storeMsMax = 40;

export class Weather implements Mishaps {
  roughness: Roughness = fair;

  /** @param routed messages pass from server to server on their way to clients */
  constructor(
    private readonly random: Random,
    private readonly history: History,
    private readonly routed: boolean,
  ) {}

  readonly latencyMs = (): number => {
    const share = this.random.next();
    return 0.1 + share * share * networkMsMax;
  };

  readonly fateOf = (call: Call): Fate => {
    const { requestLost, answerLost, late } = this.roughness;
    if (requestLost + answerLost + late === 0) return {};
    const share = this.random.next();
    if (share < requestLost) return this.#told(call, 'lost', { lost: true });
    if (share < requestLost + answerLost) return this.#told(call, 'answer lost', { answerLost: true });
    if (share < requestLost + answerLost + late && call.kind === 'publish')
      return this.#told(call, 'late', { delayMs: this.random.between(50, lateMsMax) });
    return {};
  };

  readonly losesDelivery = (): boolean => this.routed && this.random.chance(this.roughness.deliveryLost);
  readonly survivors = (count: number): number => this.random.int(0, count);
  readonly lateMs = (): number =>
    this.random.chance(0.5) ? this.random.between(0, 5) : this.random.between(0, lateMsMax);
  readonly forgotten = (count: number): number => (this.random.chance(0.5) ? this.random.int(0, count) : 0);
  readonly toss = (chance: number): boolean => this.random.chance(chance);

  readonly storeFate = (): StoreFate => {
    const latencyMs = this.random.between(1, storeMsMax);
    const { store } = this.roughness;
    if (!this.random.chance(store)) return { latencyMs, lateMs: 0 };
    const trouble = this.random.pick(['refused', 'answer-lost', 'late'] as const);
    return { latencyMs, trouble, lateMs: this.random.between(100, storeLateMsMax) };
  };

  #told(call: Call, what: string, fate: Fate): Fate {
    this.history.note(
      'network',
      () =>
        `${call.kind} ${call.kind === 'publish' ? call.publish.subject : 'stream' in call ? call.stream : ''} ${what}`,
    );
    return fate;
  }
}
