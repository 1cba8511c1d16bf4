/** A member is found where the parser finds it, whatever stands around it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sliceAt } from './member-slice.js';

fc.configureGlobal({ seed: 7 });

function textAt(text: string, path: readonly string[]): string | undefined {
  const bytes = Buffer.from(`--${text}--`);
  const slice = sliceAt(bytes, 2, bytes.length - 2, path);
  return slice && bytes.toString('utf8', slice.start, slice.end);
}

const blank = fc.stringMatching(/^[ \t\r\n]{0,2}$/);
const number = fc.constantFrom('0', '-1.50', '12345678901234567890', '1e-400', '0.1000000000000000055');
const anyValue = fc.oneof(
  { depthSize: 'small' },
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value, null, '\t')),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
  number,
);
/** The same name as it stands, and with escapes. */
const anyName = fc.oneof(
  fc.constantFrom('"data"', '"\\u0064ata"', '"d\\u0061t\\u0061"', '"Data"', '"data "', '"__proto__"'),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
);
const anyMember = fc
  .tuple(blank, anyName, blank, blank, anyValue, blank)
  .map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`);
const anyObject = fc
  .tuple(blank, fc.array(anyMember, { minLength: 1, maxLength: 5 }), blank)
  .map(([a, members, b]) => `${a}{${members.join(',')}}${b}`);

describe('a member', () => {
  test('is the text that the parser reads as its value, of several the last', () => {
    fc.assert(
      fc.property(anyObject, (text) => {
        const object = JSON.parse(text) as Record<string, unknown>;
        const found = textAt(text, ['data']);
        expect(found === undefined ? undefined : JSON.parse(found)).toEqual(
          Object.hasOwn(object, 'data') ? object['data'] : undefined,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a member is found in the last of its name alone', () => {
    expect(textAt('{"a":{"b":1},"a":{"c":[{"b":2}]}}', ['a', 'b'])).toBeUndefined();
    expect(textAt('{"a":{"b":1},"\\u0061":{"b": 12345678901234567890 }}', ['a', 'b'])).toBe('12345678901234567890');
    expect(textAt('{"a":[1]}', ['a', '0'])).toBeUndefined();
    expect(textAt('{"a":"{\\"b\\":1}"}', ['a', 'b'])).toBeUndefined();
    expect(textAt('{}', ['a'])).toBeUndefined();
    expect(textAt(' {"a":1} ', [])).toBe('{"a":1} ');
  });

  test('ends with the bytes, also of a text that is no JSON', () => {
    for (const text of ['{"data":{', '{"data":"', '{"data', '{"data":"\\', '{"data":[1,', '{"data":', '{', ''])
      expect(textAt(text, ['data'])?.length ?? 0).toBeLessThan(20);
  });
});
