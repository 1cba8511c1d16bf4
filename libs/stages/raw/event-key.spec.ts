/** The key finder against the parser: it may decline, but never disagree. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyOf, parseObject } from '#contract/values/event-object';
import { keyFinder } from './event-key.js';

fc.configureGlobal({ seed: 1 });

const find = keyFinder(['user_id']);
const within = keyFinder(['meta', 'user', 'id']);
const found = (text: string, by = find): string | undefined => {
  const bytes = Buffer.from(`xx${text}yy`);
  return by(bytes, 2, bytes.length - 2);
};

describe('the key finder', () => {
  test.each([
    ['{"user_id":"u1"}', 'u1'],
    ['{"a":1,"user_id" : "São", "b":"x"}', 'São'],
    ['{"a":"user_id","user_id":"u2"}', 'u2'],
    ['{"user_id"\n:\t"u3"}', 'u3'],
    ['{"my_user_id":"no","user_id":""}', ''],
    ['{"o":{"user_id":"x","l":[{"user_id":1}]},"user_id":"u4","l":[[]]}', 'u4'],
  ])('reads %s', (text, key) => expect(found(text)).toBe(key));

  test.each([
    '{"user_id":7}',
    '{"user_id":"a","user_id"\n:"b"}',
    '{"user_id":"a","user_id":"b"}',
    '{"user_id":"a\\u0062"}',
    '{"o":{"user_id":"x"}}',
    '{"user_id":["x"]}',
    '["user_id"]',
    '',
    '{',
    '{"user_id":"open}',
    '{"user_id"}',
    '{"a":1}\n{"user_id":"x"}',
    '{"user_id":"x"}{"user_id":"y"}',
    '{"user_id":"x","l":[}',
  ])('leaves %s to the parser', (text) => expect(found(text)).toBeUndefined());

  test('spares the parser an event whose key is known otherwise, and nothing else', () => {
    const any = keyFinder([]);
    const texts = ['{"a":{"b":[1]}}', '{}', '{"a":1}{"b":2}', '{"a":"\\n"}', '[{}]', '{"a":[}'];
    expect(texts.map((text) => any(Buffer.from(text), 0, text.length))).toEqual([
      '',
      '',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([
    ['{"meta":{"user":{"id":"u1"}}}', 'u1'],
    [
      '{"id":"no","user":{"id":"no"},"meta" : {"id":"no","l":[{"user":{"id":"no"}}], "user":\n{"l":[],"id":"u2","z":{"id":"no"}},"o":{}},"z":"id"}',
      'u2',
    ],
    ['{"meta":{"user":{"id":7}}}', undefined],
    ['{"meta":{"user":{}},"id":"x"}', undefined],
    ['{"meta":{"user":["id"]}}', undefined],
    ['{"meta":[{"user":{"id":"x"}}]}', undefined],
    ['{"meta":{"user":{"id":"a"}},"meta":{"user":{"id":"b"}}}', undefined],
    ['{"meta":{"user":{"id":"a"},"user":{"id":"b"}}}', undefined],
    ['{"meta":{"user":{"id":"a"},"user":null}}', undefined],
    ['{"meta":{"user":{"id":"a","id":"b"}}}', undefined],
    ['{"meta":{"user":{"id":"a"}}}{"meta":{}}', undefined],
  ])('follows a path into %s', (text, key) => expect(found(text, within)).toBe(key));

  test('agrees with the parser on every valid object, also within objects', () => {
    const leaf = fc.oneof(fc.constantFrom('x', 'id', 'user', '"id":"x"', 7, null), fc.string());
    const names = fc.constantFrom('meta', 'user', 'id', 'other');
    const { object } = fc.letrec<{ value: string; object: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'value' },
        leaf.map((value) => JSON.stringify(value)),
        tie('object'),
        fc.array(tie('value'), { maxLength: 2 }).map((items) => `[${items.join(',')}]`),
      ),
      // Names may stand twice, which JSON.stringify would not write.
      object: fc
        .array(fc.tuple(names, tie('value')), { minLength: 1, maxLength: 4 })
        .map((entries) => `{${entries.map(([name, value]) => `"${name}": ${value}`).join(', ')}}`),
    }));
    const path = fc.constantFrom(['id'], ['meta', 'id'], ['meta', 'user', 'id']);
    let keys = 0;
    fc.assert(
      fc.property(object, path, (text, steps) => {
        const key = found(text, keyFinder(steps));
        if (key === undefined) return;
        keys++;
        expect(key).toBe(keyOf(parseObject(text)!, steps, () => text));
      }),
      { numRuns: 20_000 },
    );
    expect(keys).toBeGreaterThan(300);
  });

  test('agrees with the parser on every valid object of any names', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant('user_id'),
      fc.constant('"user_id":"x"'),
      fc.constant({ user_id: 'x', l: [{ user_id: 'y' }] }),
      fc.jsonValue(),
    );
    const name = fc.oneof(fc.string(), fc.constant('user_id'));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.constantFrom('', ' ', '  ', '\t', '\r\n'), (entries, space) => {
        const text = `{${entries.map(([k, v]) => `${JSON.stringify(k)}${space}:${space}${JSON.stringify(v)}`).join(`${space},`)}}`;
        const key = found(text);
        if (key !== undefined) expect(key).toBe(keyOf(parseObject(text)!, ['user_id'], () => text));
      }),
      { numRuns: 2_000 },
    );
  });
});
