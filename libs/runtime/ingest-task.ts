/** The task of ingest: reads a front stream and writes one raw log per partition, each with its own position (architecture §3). */
import { streamOf, subjectOf } from '#frame/log-name';
import { checkOpen, type StreamFacts } from '#frame/lineage';
import { partitioner } from '#frame/partition';
import { HaltError } from '#nats/log-reader';
import { OriginReader } from '#nats/message-origin';
import { LogWriter } from '#nats/log-writer';
import { ensureLog, factsOf, newestFrame, lastSeqOf, streamInfo } from '#nats/streams';
import { StreamReader, type Delivery, type Msg } from '#nats/stream-reader';
import { eventPlacer, type PlacedEvent } from '#stages/place-events';
import type { RawEvent } from '#stages/raw-columns';
import type { IngestTask as Spec } from '#stages/topology';
import type { TraceContext } from '#stages/trace-context';
import type { RuntimeContext } from './context.js';
import { FrontMeter } from './front-meter.js';
import { openFront } from './front-stream.js';
import { FrontTraces, tracedOfMessageMax } from './front-traces.js';
import { FrontTrimmer } from './front-trimmer.js';
import { largeEventPrefix } from './large-events.js';
import { rawLogTraces, type LogTraces } from './log-traces.js';
import { PartitionChain, type ChainOwner } from './partition-chain.js';
import { payloadLimits } from './payload-limits.js';
import { Signal } from './signal.js';
import { appendObserver } from './task-meter.js';
import { reasonOf } from './tellable-error.js';
import type { Measures, Runnable, TaskStatus } from './task-status.js';
import { Trimmer } from './trimmer.js';

const IN_FLIGHT_BYTES_MAX = 32 * 1024 * 1024;
const BATCH_MESSAGES = 5_000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** A partition without events still has to move its position, or the front stream could not be trimmed. */
const COVERAGE_LAG_MAX = 50_000;
const COVERAGE_EVERY_MS = 5_000;

/** `ref`: the object that holds the bytes of an event too large for a frame. */
type Placed = PlacedEvent & { readonly ref?: string };

/** What the events of one message share. */
type Origin = Pick<RawEvent, 'subject' | 'msgId' | 'seq' | 'arrivedUs'> & { readonly trace: TraceContext | undefined };

export class IngestTask implements Runnable {
  readonly name: string;
  #chains: PartitionChain[] = [];
  #reader: StreamReader | undefined;
  #front: StreamFacts | undefined;
  #seq = 0;
  /** Last front sequence that was delivered. */
  #received = 0;
  #pending = 0;
  #failure: Error | undefined;
  /** Large events are stored one by one; messages behind them wait here. */
  #held: Array<{ message: Msg; delivery: Delivery }> = [];
  #storing = false;
  #nextCoverMs = 0;
  readonly #signal = new Signal();
  readonly #partition: (key: string) => number;
  readonly #place: ReturnType<typeof eventPlacer>;
  readonly #origins = new OriginReader();
  readonly #limits: ReturnType<typeof payloadLimits>;
  readonly #trimmers: readonly Trimmer[];
  readonly #frontTrimmer: FrontTrimmer;
  readonly #meter: FrontMeter;
  /** Undefined when nothing is traced; else also one for each raw log. */
  readonly #traces: FrontTraces | undefined;
  readonly #logTraces: ReadonlyArray<LogTraces | undefined>;

  /** @param quietForMs how long idle frames are of use: until every window of the source has closed */
  constructor(private readonly context: RuntimeContext, private readonly spec: Spec, private readonly quietForMs: number) {
    this.name = spec.name;
    this.#place = eventPlacer(spec.source.key);
    this.#limits = payloadLimits(context);
    this.#partition = partitioner(spec.source.partitions);
    this.#trimmers = spec.outputs.map((log) => new Trimmer(context, log));
    this.#frontTrimmer = new FrontTrimmer(context);
    this.#meter = new FrontMeter(context.metrics, this.name);
    this.#traces = context.tracing && new FrontTraces(spec.front.stream, context.config.traceSample);
    this.#logTraces = spec.outputs.map((log) => rawLogTraces(context.tracing, spec, log));
  }

  async run(stop: AbortSignal): Promise<void> {
    this.#failure = undefined;
    this.#held = [];
    const { start, front } = await this.#open(stop);
    // A full log must be trimmed before a frame is appended: where much waits, one is before the first turn is over, and fails.
    await this.#trimLogs();
    this.#received = start - 1;
    this.#reader = new StreamReader(
      this.context.nats,
      { stream: front.stream, startSeq: start, filterSubjects: this.spec.front.filter, batchMessages: BATCH_MESSAGES, batchBytes: BATCH_BYTES, leavesConsumers: !this.spec.front.own },
      {
        onMessage: (message, delivery) => this.#receive(message, delivery),
        hasRoom: () => this.#failure === undefined && this.#held.length === 0 && this.#bytesInFlight < IN_FLIGHT_BYTES_MAX,
        onError: (error) => (error instanceof HaltError ? this.#fail(error) : this.context.log.warn({ task: this.name, reason: reasonOf(error) }, 'front stream not readable')),
        beforeOpen: () => this.#checkFront(front),
      },
    );
    stop.addEventListener('abort', this.#signal.notify);
    try {
      while (!stop.aborted) await this.#turn();
      this.#flushAll();
    } finally {
      stop.removeEventListener('abort', this.#signal.notify);
      this.#reader.close();
      await Promise.all(this.#chains.map((chain) => chain.settle()));
    }
  }

  status(): Omit<TaskStatus, 'owner' | 'state' | 'reason' | 'updatedMs'> {
    const stored = this.#stored();
    return {
      task: this.name,
      inputs: this.#front ? [{ stream: this.#front.stream, created: this.#front.created, position: stored, safe: stored }] : [],
      watermarkMs: null,
      idle: false,
      waiting: this.#pending,
    };
  }

  measure(): Measures {
    const lag = this.#meter.lag(this.#pending + this.#held.length, this.#chains.map((chain) => chain.oldestMs));
    return { lag, streams: [...this.#frontTrimmer.fill, ...this.#trimmers.flatMap((trimmer) => trimmer.fill)] };
  }

  onReconnect(): void {
    this.#reader?.reopen();
  }

  get #bytesInFlight(): number {
    return this.#chains.reduce((sum, chain) => sum + chain.bytesInFlight, 0);
  }

  async #open(stop: AbortSignal): Promise<{ start: number; front: StreamFacts }> {
    const { nats, config, logic } = this.context;
    const front = await openFront(nats, this.spec, config.streamReplicas);
    const facts = { front: front.stream, created: front.created, logic };
    const owner: ChainOwner = {
      onStored: () => this.context.crash('ingest.stored'),
      onFailure: (error) => this.#fail(error),
    };
    this.#chains = await Promise.all(this.spec.outputs.map(async (log, i) => {
      const [stream, subject] = [streamOf(log), subjectOf(log)];
      const raw = await ensureLog(nats, stream, [subject], { bytesMax: config.logBytesMax, replicas: config.streamReplicas });
      const last = await newestFrame(nats, raw, subject);
      const chain = new PartitionChain(new LogWriter(nats, stream, subject, last, raw.lastSeq, appendObserver(this.context.metrics, this.name)), facts, last, front.firstSeq - 1, this.context.now(), owner, this.#logTraces[i]);
      await this.#logTraces[i]?.open(nats, raw, stop);
      if (last) this.#check(front, last.head.inputs[0]!.created, chain.covered.seq);
      return chain;
    }));
    this.#front = front;
    const start = Math.min(...this.#chains.map((chain) => chain.covered.seq)) + 1;
    this.#seq = start - 1;
    return { start, front };
  }

  #check(front: StreamFacts, created: string, seq: number): void {
    // A user's stream may delete messages by its own rules, and filtered streams have gaps: only our own front must be whole.
    const facts = this.spec.front.own && !this.context.config.acceptFrontGaps ? front : { ...front, firstSeq: Math.min(front.firstSeq, seq + 1) };
    const verdict = checkOpen({ stream: front.stream, created, seq, hash: undefined }, facts);
    if (verdict.kind === 'halt') throw new HaltError(verdict.reason);
  }

  /** A front stream that was made again meanwhile would be read on from the old position, past its first events. */
  async #checkFront({ stream, created }: StreamFacts): Promise<void> {
    const info = await streamInfo(this.context.nats, stream);
    if (info) this.#check(factsOf(info), created, this.#seq);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#signal.notify();
  }

  async #turn(): Promise<void> {
    await this.#signal.wait(this.context.config.lingerMs);
    if (this.#failure) throw this.#failure;
    await this.#storeHeld();
    this.#flushAll();
    this.#reader?.pull();
    await this.#sayIdle();
    await this.#trim();
  }

  #flushAll(): void {
    const nowMs = this.context.now();
    const cover = nowMs >= this.#nextCoverMs;
    if (cover) this.#nextCoverMs = nowMs + COVERAGE_EVERY_MS;
    for (const chain of this.#chains) {
      const lag = this.#seq - chain.covered.seq;
      if (chain.rows > 0 || lag > COVERAGE_LAG_MAX || (cover && lag > 0)) this.#flush(chain, this.#seq, 0, 0, nowMs);
    }
  }

  #flush(chain: PartitionChain, seq: number, events: number, all: number, nowMs: number): void {
    this.context.crash('ingest.before-append');
    this.context.metrics.ingested(this.spec.source.name, chain.rows, chain.eventBytes);
    chain.flush(seq, events, all, nowMs);
    this.context.crash('ingest.after-append');
  }

  #receive(message: Msg, delivery: Delivery): void {
    this.#pending = delivery.pending;
    this.#meter.received(delivery, this.spec.front.stream);
    if (this.#failure || this.#isGap(delivery.seq)) return;
    if (this.#storing || this.#held.length > 0 || message.data.length > this.#limits.payloadBytesMax) {
      this.#held.push({ message, delivery });
      this.#signal.notify();
      return;
    }
    this.#lay(this.#place(message.data), this.#originOf(message, delivery));
  }

  /** Nobody but ingest deletes from our own front stream: a missing sequence is a lost event, and somebody must know. */
  #isGap(seq: number): boolean {
    const missing = seq - this.#received - 1;
    this.#received = seq;
    if (missing === 0 || !this.spec.front.own || this.context.config.acceptFrontGaps) return false;
    this.#fail(new HaltError(`${missing} messages before ${seq} are missing from ${this.spec.front.stream}: they were deleted before ingest read them (by hand, or by a server before 2.10 when the stream was full). To go on without them, restart ingest with AFL_ACCEPT_FRONT_GAPS=true.`));
    return true;
  }

  /** Messages that may hold an event too large for a frame: such events go to the objects bucket, and the order stays. */
  async #storeHeld(): Promise<void> {
    this.#storing = true;
    try {
      for (let next = this.#held[0]; next; next = this.#held[0]) {
        const { data } = next.message;
        if (data.length <= this.#limits.payloadBytesMax) this.#lay(this.#place(data), this.#originOf(next.message, next.delivery));
        else this.#lay(await this.#storeLarge(data, next.delivery.seq), this.#originOf(next.message, next.delivery));
        this.#held.shift();
      }
    } finally {
      this.#storing = false;
    }
  }

  async #storeLarge(data: Uint8Array, seq: number): Promise<Placed[]> {
    return Promise.all(this.#place(data).map(async ({ bytes, start, end, key }, index) => {
      if (end - start <= this.#limits.payloadBytesMax) return { bytes, start, end, key };
      const ref = await this.context.objects.putParts(largeEventPrefix(this.spec.source.name, seq, index), [bytes.subarray(start, end)], {});
      return { bytes, start: 0, end: 0, key, ref };
    }));
  }

  /** Lays the events of one message into the frames of their partitions. */
  #lay(events: readonly Placed[], { subject, msgId, seq, arrivedUs, trace }: Origin): void {
    const nowMs = this.context.now();
    this.#meter.laid(events.length);
    for (let index = 0; index < events.length; index++) {
      const { bytes, start, end, key, ref } = events[index]!;
      const chain = this.#chains[key === undefined ? seq % this.#chains.length : this.#partition(key)]!;
      if (chain.holds(seq, index)) continue;
      if (chain.rows > 0 && chain.bytes + end - start > this.#limits.frameBytesMax) this.#flush(chain, seq - 1, index, events.length, nowMs);
      chain.add({ bytes, start, end, ref, subject, msgId, seq, index, arrivedUs }, nowMs, index < tracedOfMessageMax ? trace : undefined);
    }
    this.#seq = seq;
  }

  #originOf(message: Msg, { seq, timeNs }: Delivery): Origin {
    const { subject, msgId } = this.#origins.read(message);
    return { subject, msgId, seq, arrivedUs: Number(timeNs.slice(0, -3)), trace: this.#traces?.of(message, this.#front!.created, seq) };
  }

  async #sayIdle(): Promise<void> {
    const { idleAfterMs } = this.spec.source.eventTime;
    if (this.#pending > 0 || this.#held.length > 0) return;
    const nowMs = this.context.now();
    const drained = this.#chains.every((chain) => chain.rows === 0);
    if (!drained || nowMs < this.#nextIdleMs) return;
    this.#nextIdleMs = nowMs + Math.min(1_000, idleAfterMs / 2);
    if (!(await this.#frontIsDrained())) return;
    for (const chain of this.#chains) chain.idle(this.#seq, idleAfterMs, this.quietForMs, nowMs);
  }

  #nextIdleMs = 0;

  /** Silence counts only when the server says that nothing waits: an outage of ours must not make events late. */
  async #frontIsDrained(): Promise<boolean> {
    const { nats } = this.context;
    const { stream } = this.#front!;
    const [filter] = this.spec.front.filter;
    if (filter !== undefined) return (await lastSeqOf(nats, stream, filter)) <= this.#seq;
    const info = await streamInfo(nats, stream);
    return info !== undefined && (info.state.last_seq <= this.#seq || info.state.messages === 0);
  }

  #stored(): number {
    return this.#chains.length === 0 ? 0 : Math.min(...this.#chains.map((chain) => chain.stored.seq));
  }

  async #trimLogs(): Promise<void> {
    for (const trimmer of this.#trimmers) await trimmer.run();
  }

  async #trim(): Promise<void> {
    await this.#trimLogs();
    if (this.spec.front.own) await this.#frontTrimmer.run(this.#front!.stream, this.#stored());
  }
}
