/**
 * The clock that ingest writes into its frames: it says how long a partition has been quiet, and idle frames let event time go on by as much. It belongs to the
 * log, not to a machine: it begins where the newest frame stands, follows the times of the server, and is carried on between them. Else a hand-over to a machine
 * whose clock is an hour ahead would let an hour pass, and make events late.
 */
export class FrontClock {
  #aheadMs: number;

  /** @param now a clock that does not jump, epoch ms @param lastMs where the newest frame stands; undefined: there is none */
  constructor(
    private readonly now: () => number,
    lastMs: number | undefined,
  ) {
    this.#aheadMs = lastMs === undefined ? 0 : lastMs - now();
  }

  /** Epoch ms, whole; never goes back. */
  get nowMs(): number {
    return Math.floor(this.now() + this.#aheadMs);
  }

  /** @param serverMs a time of the server that is over, e.g. of a message; undefined: it did not tell one */
  heard(serverMs: number | undefined): void {
    if (serverMs !== undefined) this.#aheadMs = Math.max(this.#aheadMs, serverMs - this.now());
  }
}
