/** Spans on their way to a collector: queued within a bound, sent each second, dropped and counted when nobody takes them. */
import type { Span } from '#stages/traces/span';

/** Where spans go. */
export interface SpanSink {
  /** Rejects when they were not taken; whoever calls drops them then. */
  send(spans: readonly Span[]): Promise<void>;
  close(): Promise<void>;
}

/** Told how sending goes, once for each change. */
export interface TracingOwner {
  onTrouble(error: Error): void;
  onWorking(dropped: number): void;
}

const sendEveryMs = 1_000;
const sendSpansMax = 512;
/** About 8 MB of spans: more than a minute at one traced event in a hundred, of which there are a few hundred a second. */
const queueSpansMax = 16_384;
/** A collector that comes and goes is not worth a line each time. */
const troubleAgainMs = 60_000;

export class Tracing {
  readonly #queue: Span[] = [];
  #sending: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #dropped = 0;
  #leftOut = 0;
  #troubledMs = -Infinity;
  #inTrouble = false;

  constructor(
    private readonly sink: SpanSink,
    private readonly owner: TracingOwner,
  ) {
    this.#timer = setInterval(() => void this.#flush(), sendEveryMs);
    this.#timer.unref();
  }

  /** Spans sent, spans dropped, and traced events for which a frame or a commit had no room. */
  get counts(): { readonly sent: number; readonly dropped: number; readonly leftOut: number } {
    return { sent: this.#sent, dropped: this.#dropped, leftOut: this.#leftOut };
  }

  /** The clock of spans: epoch µs. */
  nowUs(): number {
    return Math.round((performance.timeOrigin + performance.now()) * 1000);
  }

  record(spans: readonly Span[]): void {
    const room = Math.max(0, queueSpansMax - this.#queue.length);
    for (const span of spans.slice(0, room)) this.#queue.push(span);
    this.#dropped += Math.max(0, spans.length - room);
  }

  /** Counts traced events that nobody will see further. */
  leaveOut(events: number): void {
    this.#leftOut += events;
  }

  /** Sends what waits, for at most `msMax`. */
  async close(msMax: number): Promise<void> {
    clearInterval(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, msMax)));
    await Promise.race([
      this.#flush()
        .then(() => this.#flush())
        .then(() => this.sink.close()),
      late,
    ]);
    clearTimeout(timer);
  }

  /** One request at a time; whoever asks meanwhile waits for it. */
  #flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const spans = this.#queue.splice(0, sendSpansMax);
      try {
        await this.sink.send(spans);
        this.#sent += spans.length;
        this.#tellWorking();
      } catch (error) {
        this.#dropped += spans.length;
        return this.#tellTrouble(error as Error);
      }
    }
  }

  #tellTrouble(error: Error): void {
    const nowMs = performance.now();
    if (this.#inTrouble || nowMs - this.#troubledMs < troubleAgainMs) return;
    this.#inTrouble = true;
    this.#troubledMs = nowMs;
    this.owner.onTrouble(error);
  }

  #tellWorking(): void {
    if (!this.#inTrouble) return;
    this.#inTrouble = false;
    this.owner.onWorking(this.#dropped);
  }
}
