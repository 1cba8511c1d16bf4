/** When a partition says that it has been quiet: often enough for windows to close, and no oftener. */
/** Silence is told no oftener than this, so that followers of the tasks' positions can catch up with them. */
const idleAgainMsMin = 2_000;
/** Nor oftener than after this share of the silence: hours of it take few frames, and followers on a slow machine catch up some time. */
const idleAgainShare = 0.1;

export class Silence {
  #lastEventMs: number;
  #toldMs = -Infinity;
  /** Whether the newest frame of this session says that the partition is quiet. */
  #isNewest = false;

  /** Silence is counted anew after a start: what happened in between is in the front stream, or did not happen. */
  constructor(nowMs: number) {
    this.#lastEventMs = nowMs;
  }

  heardEvent(nowMs: number): void {
    this.#lastEventMs = nowMs;
  }

  /** @param saysIdle whether the frame that was appended just now does */
  appended(saysIdle: boolean, nowMs: number): void {
    this.#isNewest = saysIdle;
    if (saysIdle) this.#toldMs = nowMs;
  }

  /** At most every `everyMs`, less often the longer it lasts, until `forMs` of silence are told, and again after any other frame. */
  isDue(everyMs: number, forMs: number, nowMs: number): boolean {
    const isTold = this.#isNewest && this.#toldMs - this.#lastEventMs >= forMs + everyMs;
    const silenceMs = nowMs - this.#lastEventMs;
    const isLast = silenceMs >= forMs + everyMs;
    const againMs = Math.max(everyMs, idleAgainMsMin, isLast ? 0 : silenceMs * idleAgainShare);
    return !isTold && silenceMs >= everyMs && nowMs - this.#toldMs >= againMs;
  }
}
