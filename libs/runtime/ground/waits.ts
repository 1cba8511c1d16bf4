/**
 * What a task waits for, since when and why: told by whatever fails and is tried again, kept over the task's attempts by the task host.
 *
 * One failure is no news: logs are taken over, servers elect leaders. So a wait shows when it has lasted or been repeated, but its `since` is
 * the first failure, and it ends by evidence: the task has stored something behind the place at which it failed, or nothing has failed for so
 * long that a further failure would have come.
 */
import { reasonOf } from './safe-error.js';
import { isSilence, type WaitsFor, waitsFor } from './waits-for.js';

export interface Wait {
  readonly for: WaitsFor;
  /** Epoch ms. */
  readonly sinceMs: number;
  readonly reason: string;
}

/** Where a task stands in its inputs. */
export interface Place {
  readonly position: number;
  /** The task will not read again what lies before. */
  readonly safe: number;
}

interface FailedAttempt extends Wait {
  readonly times: number;
  readonly places: readonly Place[];
}

/** What fails within an attempt shows after this long. */
const hiccupMs = 2_000;
/** Attempts that have failed so often in a row show also while the next one runs. */
const failuresSeen = 3;
/** An attempt that meets a silent NATS ends sooner. */
const quietShortMs = 15_000;
/** One that waits for room, or for an answer of the store, may last so long. */
const quietLongMs = 60_000;

export class Waits {
  /** By what it is that fails within the attempt. */
  readonly #failing = new Map<string, Wait>();
  #attempt: FailedAttempt | undefined;
  #running = false;
  /** Since when nothing has failed, epoch ms. */
  #quietSinceMs: number;

  /** @param commitEveryMs how long rows may wait for a commit, which shows only then whether the store works */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly commitEveryMs = 0,
  ) {
    this.#quietSinceMs = now();
  }

  /** Something fails within the attempt, and is tried again. @param at what was being used, when the error does not say */
  fails(what: string, error: unknown, at?: WaitsFor): void {
    const sinceMs = this.#failing.get(what)?.sinceMs ?? this.now();
    this.#failing.set(what, { for: waitsFor(error, at), sinceMs, reason: reasonOf(error) });
  }

  works(what: string): void {
    if (this.#failing.delete(what)) this.#quietSinceMs = this.now();
  }

  /** As a callback: `fails` with an error, `works` without. */
  of(what: string, at?: WaitsFor): (error: Error | undefined) => void {
    return (error) => (error ? this.fails(what, error, at) : this.works(what));
  }

  /**
   * Does something that may as well be done later: a silence of NATS is a wait then, and no end of the attempt, for what the attempt holds in
   * memory may be nowhere else.
   * @returns undefined when NATS did not answer @throws what else fails
   */
  async later<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await work();
      this.works(what);
      return result;
    } catch (error) {
      if (!isSilence(error)) throw error;
      this.fails(what, error);
      return undefined;
    }
  }

  /** An attempt begins. */
  begins(): void {
    this.#running = true;
    this.#quietSinceMs = this.now();
  }

  /** It has failed, and there will be another one. */
  failed(error: unknown, places: readonly Place[]): void {
    this.#settle(places);
    const sinceMs = Math.min(
      this.now(),
      ...[...this.#failing.values(), ...(this.#attempt ? [this.#attempt] : [])].map((wait) => wait.sinceMs),
    );
    this.#attempt = {
      for: waitsFor(error),
      sinceMs,
      reason: reasonOf(error),
      times: (this.#attempt?.times ?? 0) + 1,
      places,
    };
    this.#failing.clear();
    this.#running = false;
  }

  /** @param places where the task stands by now @returns what has been waited for longest */
  current(places: readonly Place[]): Wait | undefined {
    this.#settle(places);
    const { now } = this;
    const attempt = this.#attempt;
    const shown: Wait[] = [...this.#failing.values()].filter(({ sinceMs }) => now() - sinceMs >= hiccupMs);
    if (attempt && (!this.#running || attempt.times >= failuresSeen || now() - attempt.sinceMs >= quietShortMs))
      shown.push(attempt);
    const longest = shown.sort((a, b) => a.sinceMs - b.sinceMs)[0];
    return longest && { for: longest.for, sinceMs: longest.sinceMs, reason: longest.reason };
  }

  #settle(places: readonly Place[]): void {
    if (this.#attempt && (hasMoved(this.#attempt, places) || this.#isQuiet(this.#attempt.for)))
      this.#attempt = undefined;
  }

  #isQuiet(kind: WaitsFor): boolean {
    const quietMs = kind === 'store' ? quietLongMs + this.commitEveryMs : kind === 'room' ? quietLongMs : quietShortMs;
    return this.#running && this.#failing.size === 0 && this.now() - this.#quietSinceMs >= quietMs;
  }
}

/** What a lake task has only read is not in the store. Before a task has opened its inputs it has no place. */
function hasMoved({ for: kind, places: before }: FailedAttempt, places: readonly Place[]): boolean {
  const reached = ({ position, safe }: Place): number => (kind === 'store' ? safe : position);
  return (
    before.length > 0 &&
    before.length === places.length &&
    places.some((place, i) => reached(place) > reached(before[i]!))
  );
}
