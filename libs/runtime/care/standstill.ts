/**
 * For how long an event loop has stood still, as a thread beside it sees it. Time counts as far as the thread itself was awake:
 * a process that was stopped, or whose machine slept, wakes together with its thread and has missed nothing.
 */
export class Standstill {
  #ticks = Number.NaN;
  #lookedMs = Number.NaN;
  #stoodMs = 0;
  #endingMs = 0;

  /** @param lookEveryMs how often the thread looks: of a longer gap only twice that counts */
  constructor(private readonly lookEveryMs: number) {}

  /** @param nowMs any clock that does not go back */
  look(ticks: number, isEnding: boolean, nowMs: number): { readonly stoodMs: number; readonly endingMs: number } {
    const awakeMs = Math.min(nowMs - this.#lookedMs, 2 * this.lookEveryMs) || 0;
    this.#stoodMs = ticks === this.#ticks ? this.#stoodMs + awakeMs : 0;
    this.#endingMs = isEnding ? this.#endingMs + awakeMs : 0;
    this.#ticks = ticks;
    this.#lookedMs = nowMs;
    return { stoodMs: this.#stoodMs, endingMs: this.#endingMs };
  }
}
