/** Publishes the events of the fault tests at a steady rate, through every fault, and keeps the ledger of what became of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventOf } from './event-of.js';
import { Ledger, type Sending } from './ledger.js';
import { publishOnce } from './publish-once.js';
import { sendEvent } from './send-event.js';

export const frontSubject = 'faults.orders';

export interface ProducerOptions {
  /** Any of them may be down at any time. */
  readonly urls: readonly string[];
  readonly seed: number;
  readonly perSecond: number;
}

const turnMs = 20;
/** With this many events without an outcome the producer waits: the rate falls, and memory stays bounded. */
const inFlightMax = 2_000;
const ackTimeoutMs = 3_000;
const retryMs = 250;
/** All tries of a message must lie within the duplicate window of the front stream, two minutes. */
const tryMsMax = 90_000;
/** One event in this many is tried once only, as by a producer that gives up: without an answer its outcome stays unknown. */
const oneTryEvery = 10;
/** How long `stop` waits for outcomes that are open. */
const stopMsMax = 20_000;
const closeMsMax = 2_000;

export class Producer {
  #next = 0;
  #paused = false;
  /** After this time (performance.now) nothing is tried again. */
  #untilMs = Infinity;
  readonly #open = new Map<number, Promise<void>>();
  readonly #sendings: Sending[] = [];
  readonly #stopping = new AbortController();
  readonly #js: JetStreamClient;
  readonly #loop: Promise<void>;

  private constructor(
    private readonly nc: NatsConnection,
    private readonly options: ProducerOptions,
  ) {
    this.#js = jetstream(nc);
    this.#loop = this.#run();
  }

  /** Connects, and begins to publish. */
  static async start(options: ProducerOptions): Promise<Producer> {
    const nc = await connect({
      servers: [...options.urls],
      name: 'fault-producer',
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 250,
      reconnectJitter: 100,
      timeout: 2_000,
      pingInterval: 2_000,
      maxPingOut: 2,
    });
    return new Producer(nc, options);
  }

  /** Events handed to NATS so far, whatever became of them. */
  get published(): number {
    return this.#next;
  }

  /** Events whose outcome is not known yet. */
  get waiting(): number {
    return this.#open.size;
  }

  /** No further events until `resume`; open ones are still tried. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Ends publishing within about 25 s, whatever the servers do; outcomes that are open by then are unknown. */
  async stop(): Promise<Ledger> {
    this.#stopping.abort();
    await this.#loop;
    this.#untilMs = performance.now() + stopMsMax;
    await Promise.all(this.#open.values());
    await Promise.race([this.nc.close(), sleep(closeMsMax)]);
    return new Ledger(
      this.options.seed,
      this.#next,
      [...this.#sendings].sort((a, b) => a.index - b.index),
    );
  }

  async #run(): Promise<void> {
    let due = 0;
    let lastMs = performance.now();
    while (!this.#stopping.signal.aborted) {
      const nowMs = performance.now();
      // What could not be sent in time is not made up for: a burst behind every fault would only measure the burst.
      due = Math.min(this.options.perSecond, due + ((nowMs - lastMs) * this.options.perSecond) / 1000);
      lastMs = nowMs;
      if (this.#paused) due = 0;
      for (; due >= 1 && this.#open.size < inFlightMax; due--) this.#send(this.#next++);
      await sleep(turnMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #send(index: number): void {
    const { bytes } = eventOf(this.options.seed, index);
    const publish = (msgId: string): ReturnType<typeof publishOnce> =>
      publishOnce(this.#js, frontSubject, bytes, msgId, ackTimeoutMs);
    const untilMs = performance.now() + tryMsMax;
    const isOver = (): boolean => index % oneTryEvery === 0 || performance.now() > Math.min(untilMs, this.#untilMs);
    const done = sendEvent(index, { publish, retryMs, isOver }).then((sendings) => {
      this.#sendings.push(...sendings);
      this.#open.delete(index);
    });
    this.#open.set(index, done);
  }
}
