/** Stores values that have no column type of their own as JSON text. */
import { exactJson } from './exact-number.js';
import { floatRange, type Store } from './stored.js';

/** JSON text without spaces; numbers keep the digits of the event, names that look like integers come first (ECMAScript's order). */
export const storeJson: Store = (value, name, holder, event) => {
  const json = event.exact ? exactJson(holder, String(name), value) : JSON.stringify(value);
  return (event.exact || json.includes('null')) && holdsInfinity(value) ? floatRange : json;
};

function holdsInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsInfinity);
}
