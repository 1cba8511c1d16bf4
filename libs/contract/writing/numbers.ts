/** Numbers that are written as texts: with their own decimal mark, and with marks between groups of three digits. */
import type { EventObject } from '../values/event-object.js';
import { numberWithText } from '../values/exact-number.js';
import { Unstorable } from '../values/stored.js';

/** Gives the text that JSON has for the number of this text; undefined when it is not written as the property says. */
export type PlainNumber = (text: string) => string | undefined;

const outOfRange = new Unstorable('number_out_of_range', 'must be a finite number');

/**
 * Of `x-decimal`, by default a point, and `x-thousands`, by default none. Either all digits before the decimal mark are grouped by three, or none.
 * @param exponents whether `1.5e-7` is a number, as JSON and most languages write small ones
 */
export function plainNumbers(property: EventObject, exponents: boolean): PlainNumber {
  const thousands = property['x-thousands'];
  const mark = property['x-decimal'] ?? (thousands === '.' ? undefined : '.');
  const group = typeof thousands === 'string' ? escaped(thousands) : undefined;
  const whole = group === undefined ? '\\d+' : `\\d+|\\d{1,3}(?:${group}\\d{3})+`;
  const fraction = typeof mark === 'string' ? `(?:${escaped(mark)}(\\d+))?` : '()';
  const written = new RegExp(`^(-?)(${whole})${fraction}${exponents ? '([eE][+-]?\\d+)?' : '()'}$`, 'u');
  const groups = group === undefined ? undefined : new RegExp(group, 'gu');
  return (text) => {
    const match = written.exec(text);
    if (match === null) return undefined;
    const [, sign = '', digits = '', behind, exponent = ''] = match;
    const plain = groups === undefined ? digits : digits.replace(groups, '');
    return `${sign}${plain}${behind ? `.${behind}` : ''}${exponent}`;
  };
}

/** How such a number looks, for messages: `1.234,50`. */
export function numberExample(property: EventObject, digitsBehind: number): string {
  const mark = property['x-decimal'] ?? '.';
  return `1${property['x-thousands'] ?? ''}234${digitsBehind === 0 ? '' : `${mark}${'5'.padEnd(digitsBehind, '0')}`}`;
}

/** Makes a JSON number of the text, whose digits are all kept. */
export function numberRewriter(read: PlainNumber, wrong: Unstorable) {
  return (text: string, name: string | number, holder: object): number | Unstorable => {
    const plain = read(text);
    if (plain === undefined) return wrong;
    const value = numberWithText(plain, holder, name);
    return Number.isFinite(value) ? value : outOfRange;
  };
}

function escaped(sign: string): string {
  return `\\u{${sign.codePointAt(0)!.toString(16)}}`;
}
