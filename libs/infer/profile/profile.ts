/** What a sample of events has in common, place by place. Events come one by one; memory does not grow with their number. */
import type { EventObject } from '#contract/values/event-object';
import { textAt } from '#contract/values/exact-number';
import { int64Of } from '#contract/values/parse-decimal';
import { hash64 } from '#frame/partition';
import { Place } from './place.js';
import { readEvent } from './unfit-event.js';
import { UniqueValues } from './unique-values.js';

/** Columns of a table; more need a larger `max_payload` of NATS. */
const columnsMax = 2_000;
/** An object with more different names than these is no structure: its names are data. */
const namesMax = 200;
const levelsMax = 16;
const placesMax = 20_000;
/** So that a hash is a safe integer. */
const hashShift = 11n;

/** What is known of the events besides what is in them. */
export interface Told {
  /** All values are texts, as in a CSV file, so texts may be numbers. */
  readonly isTextOnly: boolean;
  /** IANA name, of times that have no offset; undefined when nobody said it. */
  readonly timeZone: string | undefined;
}

export class Profile implements Told {
  events = 0;
  /** The event itself. */
  readonly root = new Place([]);
  readonly unique = new UniqueValues();
  /** There are more properties than columns can be. */
  hasMore = false;
  #places = 1;
  #text = '';
  #eventHash: number | undefined;

  constructor(
    readonly isTextOnly = false,
    readonly timeZone: string | undefined = undefined,
  ) {}

  /** @returns why the text is no event that a contract could accept; then nothing is learnt from it */
  add(text: string): string | undefined {
    const event = readEvent(text);
    if (typeof event === 'string') return event;
    this.events++;
    this.#text = text;
    this.#eventHash = undefined;
    this.#lookInto(this.root, event, 1);
    return undefined;
  }

  #look(place: Place, value: unknown, holder: object, name: string, level: number): void {
    place.seen++;
    if (value === null) place.nulls++;
    else if (typeof value === 'string') {
      place.texts.see(value);
      this.#identify(place, value);
    } else if (typeof value === 'number') this.#lookAtNumber(place, value, textAt(holder, name));
    else if (typeof value === 'boolean') place.booleans++;
    else if (Array.isArray(value)) this.#lookAtItems(place, value, level);
    else this.#lookInto(place, value as EventObject, level);
  }

  #lookAtNumber(place: Place, value: number, text: string | undefined): void {
    place.numbers.see(value, text);
    this.#identify(place, String(text === undefined ? value : (int64Of(text) ?? text)));
  }

  #lookAtItems(place: Place, items: readonly unknown[], level: number): void {
    place.arrays++;
    if (items.length === 0) return;
    place.items ??= this.#made(undefined);
    for (const [at, item] of items.entries()) this.#look(place.items, item, items, String(at), level + 1);
  }

  #lookInto(place: Place, object: EventObject, level: number): void {
    place.objects++;
    for (const name of Object.keys(object)) {
      if (place.isFree) return;
      const known = place.properties.get(name) ?? this.#begun(place, name, level);
      if (known) this.#look(known, object[name], object, name, level + 1);
    }
  }

  /** A property that was not there before; undefined where there are too many. */
  #begun(place: Place, name: string, level: number): Place | undefined {
    if (place === this.root && place.properties.size >= columnsMax) this.hasMore = true;
    else if (
      place !== this.root &&
      (place.properties.size >= namesMax || level > levelsMax || this.#places >= placesMax)
    )
      this.#free(place);
    else {
      const made = this.#made(place.path && [...place.path, name]);
      place.properties.set(name, made);
      return made;
    }
    return undefined;
  }

  #made(path: readonly string[] | undefined): Place {
    const place = new Place(path);
    this.#places++;
    if (path) place.identity = this.unique.begin();
    return place;
  }

  #free(place: Place): void {
    place.isFree = true;
    for (const property of place.properties.values()) this.#forget(property);
    place.properties.clear();
  }

  #forget(place: Place): void {
    this.#places--;
    if (place.identity) this.unique.forget(place.identity);
    for (const property of place.properties.values()) this.#forget(property);
    if (place.items) this.#forget(place.items);
  }

  #identify(place: Place, text: string): void {
    const hash = Number(hash64(text) >> hashShift);
    place.distinct.see(hash);
    if (place.identity)
      this.unique.see(place.identity, hash, () => (this.#eventHash ??= Number(hash64(this.#text) >> hashShift)));
  }
}
