/** Lays the events of front messages into the raw frames of their partitions, and appends these when they are full or due. */

import type { HeaderBlock } from '#frame/header-block';
import { eventPartitioner } from '#frame/partition';
import { headerBytesMax } from '#stages/raw/message-columns';
import { repeatsHeaders } from '#stages/raw/repeated-headers';
import type { FrontMessage } from '../front/front-message.js';
import type { Origin } from '../front/front-origins.js';
import { tracedOfMessageMax } from '../front/front-traces.js';
import type { Placed } from '../logs/large-events.js';
import type { IngestTools } from './ingest-tools.js';
import type { OpenedIngest } from './open-ingest.js';
import type { PartitionChain } from './partition-chain.js';

/** A partition without events still has to move its position, or the front stream could not be trimmed. */
const coverageLagMax = 50_000;
const coverageEveryMs = 5_000;

export class RawLayer {
  readonly #partition: ReturnType<typeof eventPartitioner>;
  /** Of those that are columns. */
  readonly #headerNames: readonly Uint8Array[];
  #seq: number;
  #newest: FrontMessage | undefined;
  #nextCoverMs = 0;

  constructor(
    private readonly tools: IngestTools,
    private readonly opened: OpenedIngest,
  ) {
    this.#seq = opened.start - 1;
    this.#partition = eventPartitioner(opened.chains.length);
    this.#headerNames = tools.spec.source.headers.map(({ header }) => Buffer.from(header));
  }

  /** Of the last message that was laid into frames. */
  get seq(): number {
    return this.#seq;
  }

  /** Undefined: none was laid in this session. */
  get newest(): FrontMessage | undefined {
    return this.#newest;
  }

  get bytesInFlight(): number {
    return this.opened.chains.reduce((sum, chain) => sum + chain.bytesInFlight, 0);
  }

  /** Whether no frame is under construction. */
  get isEmpty(): boolean {
    return this.opened.chains.every((chain) => chain.rows === 0);
  }

  /** Whether so many bytes go into a frame together with what stands beside them. */
  fits(bytes: number, { besideBytesMax }: Origin): boolean {
    return bytes + besideBytesMax <= this.tools.limits.payloadBytesMax;
  }

  /** Lays the events of one message into the frames of their partitions. */
  lay(
    events: readonly Placed[],
    { subject, msgId, headers, seq, arrivedUs, trace, messageBytes, besideBytesMax }: Origin,
  ): void {
    const { limits, meter } = this.tools;
    const { chains, clock, former } = this.opened;
    clock.heard(arrivedUs / 1000);
    const { nowMs } = clock;
    const repeated = repeatsHeaders(events.length, besideBytesMax, messageBytes) ? headers : this.#columnsOf(headers);
    meter.laid(events.length);
    this.#newest = { seq, storedMs: Math.floor(arrivedUs / 1000) };
    for (let index = 0; index < events.length; index++) {
      const { bytes, start, end, key, ref } = events[index]!;
      const chain = chains[this.#partition(key, seq)]!;
      if (chain.holds(seq, index) || former.holds(seq, index, key)) continue;
      if (chain.rows > 0 && chain.bytes + end - start + besideBytesMax > limits.frameBytesMax)
        this.#flush(chain, seq - 1, index, events.length, nowMs, this.#newest);
      chain.add(
        { bytes, start, end, ref, subject, msgId, seq, index, arrivedUs, headers: index === 0 ? headers : repeated },
        nowMs,
        index < tracedOfMessageMax ? trace : undefined,
      );
    }
    this.#seq = seq;
  }

  /** Headers that are columns stand beside every event. */
  #columnsOf(headers: HeaderBlock | undefined): HeaderBlock | undefined {
    return this.#headerNames.length === 0 ? undefined : headers?.only(this.#headerNames, headerBytesMax);
  }

  /** Appends what was collected. @param all also those move on that have nothing to say, so that all logs cover the same */
  flushDue(all = false): void {
    const { chains, clock } = this.opened;
    const nowMs = this.tools.context.now();
    const cover = all || nowMs >= this.#nextCoverMs;
    if (cover) this.#nextCoverMs = nowMs + coverageEveryMs;
    for (const chain of chains) {
      const lag = this.#seq - chain.covered.seq;
      if (chain.rows > 0 || lag > coverageLagMax || (cover && lag > 0))
        this.#flush(chain, this.#seq, 0, 0, clock.nowMs, this.#newest);
    }
  }

  #flush(
    chain: PartitionChain,
    seq: number,
    events: number,
    all: number,
    nowMs: number,
    newest: FrontMessage | undefined,
  ): void {
    const { context, spec } = this.tools;
    context.crash('ingest.before-append');
    context.metrics.ingested(spec.source.name, chain.rows, chain.eventBytes);
    chain.flush(seq, events, all, nowMs, newest);
    context.crash('ingest.after-append');
  }

  /** Nothing waits in the front stream. @param clockMs what ingest's clock said before the server was asked */
  sayIdle(clockMs: number): void {
    const { chains } = this.opened;
    // What a log covers and was not read again is gone.
    this.#seq = Math.max(this.#seq, ...chains.map(({ covered }) => covered.seq));
    const { idleAfterMs } = this.tools.spec.source.eventTime;
    for (const chain of chains) chain.idle(this.#seq, idleAfterMs, this.tools.quietForMs, clockMs, this.#newest);
  }
}
