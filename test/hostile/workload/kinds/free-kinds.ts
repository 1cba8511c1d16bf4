/** Free mutations: bytes of a valid message are changed at random, so nobody knows what must become of it, only that it must become something, once. */
import type { Dice } from '../dice.js';
import { draftOf } from '../drafts.js';
import type { SourceName } from '../hostile-message.js';
import { free, json } from '../make.js';
import type { Kind } from './kind.js';

type Mutation = (bytes: Buffer, dice: Dice) => Buffer;

const values = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '0',
  '-0',
  '1e400',
  '9223372036854775807',
  '-9223372036854775809',
  '0.1',
  '1E5',
  '"\\u0000"',
  '"\\ud83d"',
  '[[[[]]]]',
  '{"a":{"b":[1]}}',
  '"9007199254740993"',
  '"2026-11-26T10:00:00Z"',
  '99999999999999999999999999999999999999',
];
const snippets = [
  '\n',
  '\r\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  ':',
  '\u0000',
  '\ufeff',
  '\u001e',
  ' ',
  '{}',
  '[]',
  '\n{}\n',
  '""',
  '\u2028',
];

const splice = (bytes: Buffer, at: number, end: number, into: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), into, bytes.subarray(end)]);

const mutations: readonly Mutation[] = [
  (bytes, dice) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[dice.below(changed.length)]! ^= 1 << dice.below(8);
    return changed;
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, at, Buffer.from(dice.one(snippets)));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, Math.min(bytes.length, at + dice.size(40)), Buffer.alloc(0));
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return splice(bytes, at, at, bytes.subarray(at, at + dice.size(60)));
  },
  (bytes, dice) =>
    Buffer.concat([bytes, Buffer.from(dice.one(['', '\n', ' ', ','])), bytes.subarray(dice.below(bytes.length + 1))]),
  withOtherValue,
  withOtherValue,
  withOtherValue,
];

/** The value of a field is another one, maybe of another type. */
function withOtherValue(bytes: Buffer, dice: Dice): Buffer {
  const text = bytes.toString('latin1');
  const fields = [...text.matchAll(/"[a-z_]+":(?:"[^"]*"|[^,"{}[\]]+)/g)];
  if (fields.length === 0) return bytes;
  const { 0: field, index } = dice.one(fields);
  return splice(bytes, index + field.indexOf(':') + 1, index + field.length, Buffer.from(dice.one(values)));
}

const kindOf = (source: SourceName, weight: number): Kind => ({
  name: `mutated-${source}`,
  weight,
  make: (place, dice) => {
    let bytes: Buffer = Buffer.from(json(draftOf(source, place, dice)));
    for (let times = 1 + dice.below(3); times > 0; times--) bytes = dice.one(mutations)(bytes, dice);
    return free(source, bytes);
  },
});

export const freeKinds: readonly Kind[] = [kindOf('orders', 80), kindOf('texts', 40), kindOf('loose', 40)];
