/** One connection of a client: what is sent arrives in order, each way, until the connection is cut. */
import type { Mishaps } from '../mishaps.js';
import type { Owner, Timeline } from '../timeline.js';

interface OnTheWay {
  readonly run: () => void;
  readonly callOff: () => void;
}

/** Keeps two messages of one direction apart. */
const gapMs = 0.001;

export class Link {
  #open = true;
  #upMs = 0;
  #downMs = 0;
  readonly #up = new Set<OnTheWay>();
  readonly #down = new Set<OnTheWay>();

  constructor(
    private readonly timeline: Timeline,
    private readonly mishaps: Mishaps,
    private readonly client: Owner,
    readonly server: Owner,
  ) {}

  get open(): boolean {
    return this.#open;
  }

  /** To the server. */
  up(run: () => void): void {
    this.#upMs = this.#send(this.#up, this.#upMs, this.server, run);
  }

  /** To the client; not when the connection is gone. */
  down(run: () => void): void {
    if (this.#open) this.#downMs = this.#send(this.#down, this.#downMs, this.client, run);
  }

  /** What the client has not read is lost; of what it has sent, the server may still read some. */
  cut(): void {
    this.#open = false;
    for (const { callOff } of [...this.#down, ...this.#up]) callOff();
    const survivors = [...this.#up].slice(0, this.mishaps.survivors(this.#up.size));
    const lateMs = this.mishaps.lateMs();
    for (const [i, { run }] of survivors.entries()) this.timeline.after(lateMs + i * gapMs, this.server, run);
    this.#up.clear();
    this.#down.clear();
  }

  #send(way: Set<OnTheWay>, lastMs: number, owner: Owner, run: () => void): number {
    const { nowMs } = this.timeline;
    const arrivesMs = Math.max(nowMs + this.mishaps.latencyMs(), lastMs + gapMs);
    const message: OnTheWay = {
      run,
      callOff: this.timeline.after(arrivesMs - nowMs, owner, () => {
        way.delete(message);
        run();
      }),
    };
    way.add(message);
    return arrivesMs;
  }
}
