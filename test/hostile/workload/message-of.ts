/** The message at a place in the run. Pure: the same seed, index and time give the same bytes. */
import { Dice } from './dice.js';
import type { HostileMessage, Place } from './hostile-message.js';
import { freeKinds } from './kinds/free-kinds.js';
import { headerKinds } from './kinds/header-kinds.js';
import { jsonKinds } from './kinds/json-kinds.js';
import type { Kind } from './kinds/kind.js';
import { manyKinds } from './kinds/many-kinds.js';
import { sizeKinds } from './kinds/size-kinds.js';
import { subjectKinds } from './kinds/subject-kinds.js';
import { timeKinds } from './kinds/time-kinds.js';
import { msgIdOf, validKinds } from './kinds/valid-kinds.js';
import { valueKinds } from './kinds/value-kinds.js';
import { headOf, single } from './make.js';

/** With so many ordinary messages it begins: then every partition has a watermark, and what is long ago is late. */
const ordinaryFirst = 600;
/** So far back a repeat looks for what it repeats. */
const backMax = 60;

export class Workload {
  readonly #kinds: readonly Kind[];
  readonly #borders: readonly number[];

  /** @param without names of kinds that stay away, or what they begin with @param only those that come beside ordinary ones; empty: all */
  constructor({
    without = [],
    only = [],
  }: { readonly without?: readonly string[]; readonly only?: readonly string[] } = {}) {
    const isOf = (name: string, words: readonly string[]): boolean => words.some((word) => name.startsWith(word));
    const all = [
      ...validKinds,
      ...jsonKinds,
      ...valueKinds,
      ...timeKinds,
      ...manyKinds,
      ...sizeKinds,
      ...headerKinds,
      ...subjectKinds,
      ...freeKinds,
      ...this.#repeats(),
    ];
    this.#kinds = all.filter(
      ({ name }) => !isOf(name, without) && (only.length === 0 || isOf(name, ['valid', ...only])),
    );
    let sum = 0;
    this.#borders = this.#kinds.map(({ weight }) => (sum += weight));
  }

  get kinds(): readonly string[] {
    return this.#kinds.map(({ name }) => name);
  }

  messageOf(place: Place): HostileMessage {
    return this.kindOf(place).make(place, new Dice(place.seed, place.index));
  }

  kindOf({ seed, index }: Pick<Place, 'seed' | 'index'>): Kind {
    if (index < ordinaryFirst) return validKinds[index % 3]!;
    // The dice of a message are its kind's.
    const thrown = (new Dice(~seed, index).below(1_000_000) / 1_000_000) * this.#borders.at(-1)!;
    return this.#kinds[this.#borders.findIndex((border) => thrown < border)]!;
  }

  /** What comes a second time, under the same `Nats-Msg-Id` or under the same event id alone. */
  #repeats(): Kind[] {
    return [
      {
        name: 'repeated-event',
        weight: 20,
        make: (place) =>
          this.#again(place, 'valid-', (first) => ({
            ...first,
            head: undefined,
            headers: [],
            events: first.events!.map(({ bytes }) => ({ bytes, becomes: 'dropped' })),
          })),
      },
      {
        name: 'repeated-msg-id',
        weight: 15,
        make: (place) => this.#again(place, 'valid-msg-id', (first) => ({ ...first, refusal: 'repeated' })),
      },
      {
        name: 'reused-msg-id',
        weight: 5,
        make: (place) =>
          this.#again(place, 'valid-msg-id', (_, index) =>
            single('orders', '{}', 'missing_field', {
              head: headOf([['Nats-Msg-Id', msgIdOf(index)]]),
              refusal: 'repeated',
            }),
          ),
      },
    ];
  }

  /** The newest message of a kind before this place, changed; an ordinary one when there is none. */
  #again(place: Place, kind: string, change: (first: HostileMessage, index: number) => HostileMessage): HostileMessage {
    for (let index = place.index - 1; index >= Math.max(0, place.index - backMax); index--) {
      if (this.kindOf({ seed: place.seed, index }).name.startsWith(kind))
        return change(this.messageOf({ ...place, index }), index);
    }
    return validKinds[0]!.make(place, new Dice(place.seed, place.index));
  }
}
