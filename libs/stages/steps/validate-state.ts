/** What validate remembers between steps: ids that were seen, and the clock of its partition. */
import type { Inheritance, Pieces, Saved, StageState } from '#frame/step';
import { isInheritance } from '#frame/step';
import { type EventClock, laterClock, startOfTime } from '../memory/event-clock.js';
import { type FormerIds, SeenIds } from '../memory/seen-ids.js';

export class ValidateState implements StageState {
  clock: EventClock = startOfTime;
  constructor(readonly seen: SeenIds) {}

  snapshot(): Uint8Array[] {
    return [Buffer.from(JSON.stringify(this.clock)), ...this.seen.snapshot()];
  }

  get remembered() {
    return { entries: this.seen.count, bytes: this.seen.bytes };
  }

  static *restore(saved: Saved, horizonMs: number): Pieces<ValidateState> {
    if (isInheritance(saved)) return yield* ValidateState.#inherit(saved, horizonMs);
    const [clock, ...ids] = saved;
    const state = new ValidateState(yield* SeenIds.restore(ids, horizonMs));
    state.clock = JSON.parse(Buffer.from(clock!).toString()) as EventClock;
    return state;
  }

  static *#inherit({ predecessors }: Inheritance, horizonMs: number): Pieces<ValidateState> {
    const former: Array<FormerIds & Pick<ValidateState, 'clock'>> = [];
    for (const { task, parts } of predecessors) {
      const { seen: ids, clock } = yield* ValidateState.restore(parts, horizonMs);
      former.push({ task, ids, clock });
    }
    const state = new ValidateState(SeenIds.inherit(predecessors[0]!.hash, horizonMs, former));
    state.clock = former.map(({ clock }) => clock).reduce(laterClock);
    return state;
  }
}
