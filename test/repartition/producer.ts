/** Publishes orders at an even rate until it is stopped, with little CPU of its own: it runs beside the services that it loads. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Nats } from '#nats/ground/nats';
import { Publisher } from '#nats/messages/publisher';
import { type Order, toBytes } from '../e2e/support/orders.js';

const partsASecond = 20;
/** Longer than any server takes: what is sent again may be stored twice. */
const ackTimeoutMs = 120_000;

export class Producer {
  #going = true;
  #published = 0;
  readonly #ended: Promise<void>;
  readonly #publisher: Publisher;

  /** @param rate events a second */
  constructor(nats: Nats, orders: readonly Order[], rate: number) {
    this.#publisher = new Publisher(nats.nc, { inboxPrefix: nats.inboxPrefix, ackTimeoutMs });
    this.#ended = this.#run(orders, rate);
  }

  /** @returns how many orders were stored */
  async stop(): Promise<number> {
    this.#going = false;
    await this.#ended;
    await this.#publisher.flush();
    this.#publisher.close();
    return this.#published;
  }

  async #run(orders: readonly Order[], rate: number): Promise<void> {
    const startMs = performance.now();
    for (let part = 1; this.#going && this.#published < orders.length; part++) {
      const to = Math.min(orders.length, Math.round((part * rate) / partsASecond));
      for (const order of orders.slice(this.#published, to)) {
        const full = this.#publisher.publish({ subject: 'shop.orders', payload: toBytes(order) });
        if (full) await full;
      }
      this.#published = to;
      await sleep(Math.max(0, startMs + (part * 1000) / partsASecond - performance.now()));
    }
  }
}
