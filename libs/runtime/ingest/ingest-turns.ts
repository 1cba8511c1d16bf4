/** The session of ingest: messages of the front stream are laid into raw frames as they come; turn by turn these are appended, and the streams trimmed. */
import type { StreamFacts } from '#frame/lineage';
import { HaltError } from '#nats/ground/halt-error';
import type { LogLag } from '#nats/messages/log-reader';
import type { Msg } from '#nats/messages/raw-message';
import { type Delivery, StreamReader } from '#nats/messages/stream-reader';
import { factsOf, serverMsOf, streamInfo } from '#nats/streams/stream-info';
import { FrontGaps } from '../front/front-gaps.js';
import { incarnationRead } from '../front/front-message.js';
import { reasonOf } from '../ground/safe-error.js';
import type { TaskSession } from '../ground/session-task.js';
import type { Waits } from '../ground/waits.js';
import { isDrained } from '../logs/front-stream.js';
import { putLargeEvents } from '../logs/large-events.js';
import type { IngestTools } from './ingest-tools.js';
import { areThere } from './open-chains.js';
import { checkWhole, mustBeWhole, type OpenedIngest, trimLogs } from './open-ingest.js';
import { RawLayer } from './raw-layer.js';

const inFlightBytesMax = 32 * 1024 * 1024;
const batchMessages = 5_000;
const batchBytes = 4 * 1024 * 1024;
export class IngestTurns implements TaskSession {
  readonly #layer: RawLayer;
  readonly #reader: StreamReader;
  #front: StreamFacts;
  /** Undefined where events may go before they are read: a stream of the user's, or by the operator's word. */
  readonly #gaps: FrontGaps | undefined;
  /** Large events are stored one by one; messages behind them wait here. */
  readonly #held: Array<{ message: Msg; delivery: Delivery }> = [];
  #storing = false;
  #nextIdleMs = 0;

  constructor(
    private readonly tools: IngestTools,
    private readonly opened: OpenedIngest,
    waits: Waits,
  ) {
    const { front, start } = opened;
    this.#front = front;
    this.#layer = new RawLayer(tools, opened);
    this.#gaps = mustBeWhole(tools) ? new FrontGaps(front.stream, start - 1) : undefined;
    this.#reader = this.#readFrom(start, waits);
  }

  get front(): StreamFacts {
    return this.#front;
  }

  /** Through which front message all partitions have stored theirs. */
  get storedSeq(): number {
    return Math.min(...this.opened.chains.map((chain) => chain.stored.seq));
  }

  /** Through which front message all events are stored, whichever partitions have said so. */
  get #safeSeq(): number {
    const unstored = this.opened.chains.flatMap(({ oldest }) => oldest?.seq ?? []);
    return Math.min(this.#layer.seq, ...unstored.map((seq) => seq - 1));
  }

  /** What waits, in the front stream and here. */
  get lag(): LogLag {
    return this.tools.meter.lag(
      this.#held.length,
      this.opened.chains.map((chain) => chain.oldest?.storedMs),
    );
  }

  /** Whether the next generation of partitions is awaited no longer, and all that its logs may cover was read again. */
  get done(): boolean {
    const { awaited, chains } = this.opened;
    return (
      awaited !== undefined &&
      areThere(this.tools.context, awaited) &&
      this.#held.length === 0 &&
      chains.every(({ covered }) => covered.seq <= this.#layer.seq)
    );
  }

  async turn(): Promise<void> {
    const { failure } = this.opened;
    await failure.signal.wait(this.tools.context.config.lingerMs);
    if (failure.error) throw failure.error;
    await this.#storeHeld();
    this.#layer.flushDue();
    this.#reader.pull();
    this.#acknowledge();
    await this.#sayIdle();
    await this.#trim();
  }

  async settle(stop: AbortSignal): Promise<void> {
    this.#layer.flushDue(!stop.aborted);
  }

  async close(): Promise<void> {
    this.#reader.close();
    this.tools.care?.end();
    await Promise.all(this.opened.chains.map((chain) => chain.settle()));
    this.#acknowledge();
  }

  wake(): void {
    this.opened.failure.signal.notify();
  }

  onReconnect(): void {
    this.#reader.reopen();
  }

  #readFrom(startSeq: number, waits: Waits): StreamReader {
    const { context, spec } = this.tools;
    const { front, failure } = this.opened;
    return new StreamReader(
      context.nats,
      {
        stream: front.stream,
        startSeq,
        filterSubjects: spec.front.filter,
        batchMessages,
        batchBytes,
        leavesConsumers: !spec.front.own,
        consumerIdleMsMax: front.consumerIdleMsMax,
        consumer: front.durable,
      },
      {
        onMessage: (message, delivery) => this.#receive(message, delivery),
        hasRoom: () =>
          failure.error === undefined && this.#held.length === 0 && this.#layer.bytesInFlight < inFlightBytesMax,
        onError: (error) => (error instanceof HaltError ? failure.tell(error) : this.#unreadable(error, waits)),
        onOpen: () => waits.works('front'),
        onFailure: failure.tell,
        beforeOpen: () => this.#checkFront(),
      },
    );
  }

  /** A front stream that was made again meanwhile would be read on from the old position, past its first events. */
  async #checkFront(): Promise<void> {
    const { context } = this.tools;
    const front = this.#front;
    const info = await streamInfo(context.nats, front.stream);
    if (!info) return;
    this.opened.clock.heard(serverMsOf(info));
    const facts = factsOf(info);
    const { seq, newest } = this.#layer;
    await incarnationRead(context.nats, facts, [{ created: front.created, seq, newest }]);
    checkWhole(this.tools, facts, seq);
    // What is told of our position is compared with what the server says of the stream now.
    this.#front = facts;
  }

  /** Of a stream that deletes what is acknowledged. */
  #acknowledge(): void {
    const { durable } = this.opened.front;
    if (durable?.acknowledge(this.#safeSeq)) this.tools.context.crash('ingest.acknowledged');
  }

  #unreadable(error: Error, waits: Waits): void {
    waits.fails('front', error, 'front');
    this.tools.context.log.warn({ task: this.tools.spec.name, reason: reasonOf(error) }, 'front stream not readable');
  }

  #receive(message: Msg, delivery: Delivery): void {
    const { meter, spec } = this.tools;
    const { failure, origins, placer } = this.opened;
    meter.received(delivery, spec.front.stream);
    if (failure.error) return;
    const gap = this.#gaps?.receive(delivery.seq);
    if (gap) return failure.tell(gap);
    const { data } = message;
    const origin = origins.read(message, delivery);
    if (this.#storing || this.#held.length > 0 || placer.mustHold || !this.#layer.fits(data.length, origin)) {
      this.#held.push({ message, delivery });
      return this.wake();
    }
    this.#layer.lay(placer.place(data, delivery.seq, origin), origin);
  }

  /** Messages that may hold an event too large for a frame: such events go to the objects bucket, and the order stays. */
  async #storeHeld(): Promise<void> {
    const { placer } = this.opened;
    this.#storing = true;
    try {
      for (let next = this.#held[0], known = 0; next; next = this.#held[0], known--) {
        if (known === 0) known = await placer.rehearse(this.#held);
        const { message, delivery } = next;
        await this.#store(message, delivery);
        this.#held.shift();
      }
    } finally {
      this.#storing = false;
    }
  }

  async #store(message: Msg, delivery: Delivery): Promise<void> {
    const { context, spec } = this.tools;
    const { origins, placer } = this.opened;
    const [data, origin] = [message.data, origins.read(message, delivery)];
    const placed = placer.place(data, delivery.seq, origin);
    const fits = (bytes: number): boolean => this.#layer.fits(bytes, origin);
    if (fits(data.length)) return this.#layer.lay(placed, origin);
    const stored = await putLargeEvents(context.objects, spec.source.name, delivery.seq, placed, fits);
    // Meanwhile other messages may have been read, and headers hold only until then.
    this.#layer.lay(stored, origins.read(message, delivery));
  }

  async #sayIdle(): Promise<void> {
    const { context, meter, spec } = this.tools;
    if (this.#held.length > 0) return;
    const nowMs = context.now();
    // Before the server is asked: what it says of silence holds until then.
    const clockMs = this.opened.clock.nowMs;
    if (!this.#layer.isEmpty || nowMs < this.#nextIdleMs) return;
    this.#nextIdleMs = nowMs + Math.min(1_000, spec.source.eventTime.idleAfterMs / 2);
    // Silence counts only when the server says that nothing waits: an outage of ours must not make events late.
    if (!(await isDrained(context.nats, spec, this.#layer.seq))) return;
    // What waited by the last delivery may have been deleted since.
    meter.drained();
    this.#layer.sayIdle(clockMs);
  }

  async #trim(): Promise<void> {
    const { spec } = this.tools;
    await trimLogs(this.tools);
    if (!spec.front.own) return;
    const first = await this.tools.frontTrimmer.run(this.#front, this.storedSeq);
    const gap = first === undefined ? undefined : this.#gaps?.look(first);
    if (gap) this.opened.failure.tell(gap);
  }
}
