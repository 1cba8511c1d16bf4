/** A producer: sends events with message ids, tries again after an unclear answer, and notes what it knows of each. */
import { headers as newHeaders } from '@nats-io/transport-node';
import { ModelClient } from '../model/client/model-client.js';
import { bytesOfText } from '../model/text-bytes.js';
import type { Owner } from '../model/timeline.js';
import type { Random } from '../time/random.js';
import { frontSubject, partsOf } from './pipelines.js';
import { poisonedCity } from './services/poison.js';
import type { World } from './world.js';

export interface SentEvent {
  readonly msgId: string;
  /** Undefined when it breaks the contract. */
  readonly id: string | undefined;
  /** `unknown`: given up without an answer. */
  outcome: 'sending' | 'accepted' | 'unknown';
}

const users = 5;
const cities = 3;
const timeoutMs = 2_000;
const retryPauseMs = 300;
const triesMax = 6;
/** One event in so many comes of a clock that is fast, by up to 23 hours. */
const fastEvery = 7;
const fastMsMax = 23 * 3_600_000;

export class Producer {
  readonly owner: Owner = { name: 'producer' };
  readonly client: ModelClient;
  /** By message id. */
  readonly sent = new Map<string, SentEvent>();

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {
    const { cluster, time, weather } = world;
    this.client = new ModelClient({ cluster, timeline: time, owner: this.owner, mishaps: weather }, world.someServer());
  }

  get done(): boolean {
    return (
      this.sent.size === this.world.settings.events &&
      [...this.sent.values()].every(({ outcome }) => outcome !== 'sending')
    );
  }

  /** Sends the events of the run between the two times, ms from now; often several close together. */
  start(fromMs: number, throughMs: number): void {
    let atMs = fromMs;
    const pauseMs = ((throughMs - fromMs) / this.world.settings.events) * 3;
    for (let n = 0; n < this.world.settings.events; n++) {
      atMs += this.random.chance(0.75) ? this.random.between(0, 5) : this.random.between(0, pauseMs * 2.5);
      this.world.time.after(Math.min(atMs, throughMs), this.owner, () => void this.#send(n));
    }
  }

  async #send(n: number): Promise<void> {
    const msgId = `m${n}`;
    const { id, text } = this.#eventOf(n);
    const event: SentEvent = { msgId, id, outcome: 'sending' };
    this.sent.set(msgId, event);
    for (let tries = 0; tries < triesMax && event.outcome === 'sending'; tries++) {
      const headers = newHeaders();
      headers.set('Nats-Msg-Id', msgId);
      try {
        const { seq } = await this.client.js.publish(frontSubject, bytesOfText(text), { headers, timeout: timeoutMs });
        if (seq > 0) event.outcome = 'accepted';
      } catch {
        await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
      }
    }
    if (event.outcome === 'sending') event.outcome = 'unknown';
    this.world.history.note(this.owner, () => `${msgId} ${event.outcome}`);
  }

  #eventOf(n: number): { id: string | undefined; text: string } {
    const repeats = n > 3 && this.random.chance(0.06);
    const number = repeats ? n - this.random.int(1, 3) : n;
    const fastMs = n % fastEvery === fastEvery - 1 ? (n * 7_919_000) % fastMsMax : 0;
    const city = poisonedCity(this.world.settings.seed, number) ?? `c${number % cities}`;
    const event = {
      id: `e${number}`,
      user: `u${number % users}`,
      city,
      n: number,
      parts: Array.from({ length: partsOf(number) }, () => ({ of: number })),
      at: new Date(Date.now() - this.random.int(0, 400) + fastMs).toISOString(),
    };
    if (this.random.chance(0.04)) return { id: undefined, text: JSON.stringify({ ...event, n: 'none' }) };
    return { id: event.id, text: JSON.stringify(event) };
  }
}
