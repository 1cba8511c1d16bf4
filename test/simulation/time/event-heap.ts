/** Things to come, the next one first; of two at the same moment the one that was planned first. */

export interface Event<Owner> {
  atMs: number;
  order: number;
  readonly owner: Owner;
  /** Undefined once it is called off. */
  run: (() => void) | undefined;
}

export class EventHeap<Owner> {
  readonly #events: Event<Owner>[] = [];

  get next(): Event<Owner> | undefined {
    return this.#events[0];
  }

  push(event: Event<Owner>): void {
    const events = this.#events;
    let at = events.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, events[parent]!)) break;
      events[at] = events[parent]!;
      at = parent;
    }
    events[at] = event;
  }

  pop(): Event<Owner> | undefined {
    const first = this.#events[0];
    const last = this.#events.pop();
    if (first !== undefined && last !== first && last !== undefined) this.#sink(last);
    return first;
  }

  #sink(event: Event<Owner>): void {
    const events = this.#events;
    let at = 0;
    for (let child = 1; child < events.length; child = 2 * at + 1) {
      if (child + 1 < events.length && isBefore(events[child + 1]!, events[child]!)) child += 1;
      if (isBefore(event, events[child]!)) break;
      events[at] = events[child]!;
      at = child;
    }
    events[at] = event;
  }
}

function isBefore<Owner>(a: Event<Owner>, b: Event<Owner>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
