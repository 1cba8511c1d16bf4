/** A set of JSON values, equal as JSON Schema says (draft 2020-12 core §4.2.2): numbers by value, objects whatever their order. */
import { decimalOf, decimalText } from '../values/decimal.js';
import { textAt } from '../values/exact-number.js';

type Plain = string | number | boolean | null;

/** Called with the number of values and characters that are looked at. */
export type Spend = (checks: number) => void;

/** Linear in the size of what is added, for values of any kind. */
export class SeenValues {
  readonly #plain = new Set<Plain>();
  /** Objects, arrays, and numbers beyond their double. Apart, because a string may be spelled like one of them. */
  readonly #others = new Set<string>();

  constructor(private readonly spend: Spend) {}

  /** Adds the value that `holder` has under `name`. @returns whether it is new */
  add(value: unknown, holder: unknown, name: string | number): boolean {
    if (this.has(value, holder, name)) return false;
    if (isPlain(value, holder, name)) this.#plain.add(value);
    else this.#others.add(canonicalText(value, holder, name, this.spend));
    return true;
  }

  has(value: unknown, holder: unknown, name: string | number): boolean {
    this.spend(1);
    return isPlain(value, holder, name)
      ? this.#plain.has(value)
      : this.#others.has(canonicalText(value, holder, name, this.spend));
  }
}

function isPlain(value: unknown, holder: unknown, name: string | number): value is Plain {
  return (
    (typeof value !== 'object' || value === null) &&
    (typeof value !== 'number' || differingText(value, holder, name) === undefined)
  );
}

/** The same text for equal values. */
function canonicalText(value: unknown, holder: unknown, name: string | number, spend: Spend): string {
  if (typeof value === 'number') return differingText(value, holder, name) ?? String(value);
  if (typeof value !== 'object' || value === null) {
    const text = JSON.stringify(value);
    spend(1 + text.length / 8);
    return text;
  }
  spend(1);
  if (Array.isArray(value)) return `[${value.map((item, i) => canonicalText(item, value, i, spend)).join()}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${canonicalText(member, value, key, spend)}`,
  );
  return `{${members.sort().join()}}`;
}

/** The decimal of a number whose text says another one than its double does. */
function differingText(value: number, holder: unknown, name: string | number): string | undefined {
  const text = textAt(holder, name);
  if (text === undefined) return undefined;
  const written = decimalText(decimalOf(text));
  return written === decimalText(decimalOf(String(value))) ? undefined : written;
}
