/**
 * Virtual time: things happen one after the other, each with all that follows from it before the next one, and the clock jumps
 * from one to the next. Owners (processes, servers) can be paused, and be gone.
 */
import type { Owner, Timeline } from '../model/timeline.js';
import { type Event, EventHeap } from './event-heap.js';

/** Kept before the globals are replaced. */
const { setImmediate: nextTurn } = globalThis;

export const startMs = Date.UTC(2030, 0, 1);
const nobody: Owner = { name: 'nobody' };
/** Node empties its queue of promises between two of these. */
const turnsAtOnce = 64;

export class VirtualTime implements Timeline {
  nowMs = startMs;
  /** Whose code is running. */
  current: Owner = nobody;
  #order = 0;
  readonly #events = new EventHeap<Owner>();
  readonly #gone = new Set<Owner>();
  /** How far the clocks of owners are ahead, ms. */
  readonly #ahead = new Map<Owner, number>();
  readonly #held = new Map<Owner, Event<Owner>[]>();

  /** What the clock on the machine of the running owner shows, epoch ms. */
  get shownMs(): number {
    return this.nowMs + (this.#ahead.get(this.current) ?? 0);
  }

  /** Sets the clock of an owner's machine. Nothing that waits comes sooner or later by it. */
  setAhead(owner: Owner, ms: number): void {
    this.#ahead.set(owner, ms);
  }

  after(delayMs: number, owner: Owner, run: () => void): () => void {
    if (this.#gone.has(owner)) return () => undefined;
    const event: Event<Owner> = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order++, owner, run };
    this.#events.push(event);
    return () => (event.run = undefined);
  }

  /** Nothing of the owner happens until `resume`; then all that was due does, in order. */
  pause(owner: Owner): void {
    if (!this.#held.has(owner)) this.#held.set(owner, []);
  }

  resume(owner: Owner): void {
    const held = this.#held.get(owner) ?? [];
    this.#held.delete(owner);
    for (const event of held) this.#events.push(Object.assign(event, { atMs: this.nowMs, order: this.#order++ }));
  }

  /** Nothing of the owner happens any more. */
  end(owner: Owner): void {
    this.#gone.add(owner);
    this.#held.delete(owner);
  }

  isGone(owner: Owner): boolean {
    return this.#gone.has(owner);
  }

  /** Lets time pass until `isOver`, or until nothing is left to happen. */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const turn = (): void => {
        if (over) return;
        try {
          over = isOver() || !this.#step();
        } catch (error) {
          over = true;
          return reject(error as Error);
        }
        if (over) resolve();
      };
      const turns = (): void => {
        if (over) return;
        for (let i = 0; i < turnsAtOnce; i++) nextTurn(turn);
        nextTurn(turns);
      };
      turns();
    });
  }

  /** @returns whether there was something to do */
  #step(): boolean {
    for (let event = this.#events.pop(); event; event = this.#events.pop()) {
      const { owner, run } = event;
      if (run === undefined || this.#gone.has(owner)) continue;
      const held = this.#held.get(owner);
      if (held) {
        held.push(event);
        continue;
      }
      this.nowMs = event.atMs;
      this.current = owner;
      run();
      return true;
    }
    return false;
  }
}
