/** Stores objects and arrays whose contract says what is in them. */
import type { EventObject } from './event-object.js';
import { asObject } from './event-object.js';
import { pointerTo } from './rejection.js';
import { type Store, type Stored, Unstorable } from './stored.js';

/** A field of an object. */
export interface FieldStore {
  readonly name: string;
  readonly store: Store;
}

const notObject = new Unstorable('wrong_type', 'must be an object');
const notArray = new Unstorable('wrong_type', 'must be an array');

/** Members that are no fields are left out, as properties are that the contract does not list. What may be null or absent the schema has checked. */
export function storeStruct(fields: readonly FieldStore[]): Store {
  return (value, _, __, event) => {
    const object: EventObject | undefined = asObject(value);
    if (object === undefined) return notObject;
    event.hold(fields.length);
    const row = new Array<Stored>(fields.length);
    for (let at = 0; at < fields.length; at++) {
      const { name, store } = fields[at]!;
      const member = object[name];
      const stored = member == null ? null : store(member, name, object, event);
      if (stored instanceof Unstorable) return unstorableWithin(stored, name);
      row[at] = stored;
    }
    return row;
  };
}

export function storeList(item: Store): Store {
  return (value, _, __, event) => {
    if (!Array.isArray(value)) return notArray;
    event.hold(value.length);
    const items = new Array<Stored>(value.length);
    for (let at = 0; at < value.length; at++) {
      const member: unknown = value[at];
      const stored = member === null ? null : item(member, at, value, event);
      if (stored instanceof Unstorable) return unstorableWithin(stored, String(at));
      items[at] = stored;
    }
    return items;
  };
}

/** What is wrong with a member, told from the value around it. */
export function unstorableWithin({ reason, message, pointer }: Unstorable, member: string): Unstorable {
  return new Unstorable(reason, message, pointerTo('', member) + pointer);
}
