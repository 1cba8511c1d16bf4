/** Follows logs and tells how long each of them waited for its next frame at most. */
import type { NatsClient } from '#nats/ground/nats';
import { StreamReader } from '#nats/messages/stream-reader';

export interface Pause {
  readonly stream: string;
  readonly ms: number;
  /** When the frame before the pause was stored, epoch ms. */
  readonly fromMs: number;
}

export class Pauses {
  private constructor(
    private readonly readers: readonly StreamReader[],
    private readonly longest: Map<string, Pause>,
    private readonly frames: Map<string, number>,
  ) {}

  /** @param matching of stream names */
  static async follow(nats: NatsClient, matching: RegExp): Promise<Pauses> {
    const streams: string[] = [];
    for await (const name of nats.jsm.streams.names()) if (matching.test(name)) streams.push(name);
    const longest = new Map<string, Pause>();
    const frames = new Map<string, number>();
    const readers = streams.map((stream) => {
      let lastMs: number | undefined;
      return new StreamReader(
        nats,
        { stream, startSeq: 1, batchMessages: 500, batchBytes: 1024 * 1024, headersOnly: true },
        {
          onMessage: (_, { timeNs }) => {
            const storedMs = Number(timeNs.slice(0, -6));
            frames.set(stream, (frames.get(stream) ?? 0) + 1);
            const ms = lastMs === undefined ? 0 : storedMs - lastMs;
            if (ms >= (longest.get(stream)?.ms ?? 0)) longest.set(stream, { stream, ms, fromMs: lastMs ?? storedMs });
            lastMs = storedMs;
          },
          hasRoom: () => true,
          onError: () => undefined,
          onFailure: (error) => {
            throw error;
          },
        },
      );
    });
    return new Pauses(readers, longest, frames);
  }

  /** The longest pause of every log so far, longest first. */
  list(): Pause[] {
    return [...this.longest.values()].sort((a, b) => b.ms - a.ms);
  }

  /** Frames seen of the log with the fewest. */
  get framesMin(): number {
    return Math.min(...this.frames.values());
  }

  close(): void {
    for (const reader of this.readers) reader.close();
  }
}
