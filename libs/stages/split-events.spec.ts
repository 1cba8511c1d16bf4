/** One message is split into exactly its events, byte for byte; what cannot be split stays whole. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitEvents } from './split-events.js';

fc.configureGlobal({ seed: 7 });

const texts = (message: string | Buffer): string[] => {
  const bytes = Buffer.from(message);
  return splitEvents(bytes, 'key').map(({ start, end }) => bytes.toString('utf8', start, end));
};
const keys = (message: string): (string | undefined)[] => splitEvents(Buffer.from(message), 'key').map(({ key }) => key);
const anyEvent = fc.record({ key: fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()), value: fc.jsonValue() });
const blank = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

describe('a message', () => {
  test.each([
    ['an object', '{"key":"a"}'],
    ['a pretty-printed object', '{\n  "key": "a",\n  "b": [1,\n2]\n}\n'],
    ['an object with spaces around', ' \r\n{"key":"a"} '],
    ['nothing', ''],
    ['blanks', ' \n \n'],
    ['text', 'hello'],
    ['several lines of text', 'hello\nworld'],
    ['half an object', '{"key":"a"'],
    ['half an array', '[{"key":"a"},{"key":'],
    ['a number', '42'],
    ['an empty array', '[ ]'],
    ['an object behind a byte order mark', '\ufeff{"key":"a"}'],
    ['lines that are arrays', '[{"key":"a"}]\n[{"key":"b"}]'],
  ])('that is %s is one event, untouched', (_, message) => {
    expect(texts(message)).toEqual([message]);
  });

  test('of bytes that are not UTF-8 is one event, untouched', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xc3, 0x0a, 0x22]);
    expect(splitEvents(bytes, 'key')).toEqual([{ start: 0, end: 5, key: undefined }]);
  });

  test('nested very deeply neither fails nor is cut up', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(splitEvents(Buffer.from(deep), 'key')).toHaveLength(1);
    expect(texts(`[{"a":${deep}},1]`)).toEqual([`{"a":${deep}}`, '1']);
    expect(splitEvents(Buffer.from(deep.slice(1)), 'key')).toHaveLength(1);
  });

  test('of a hundred thousand lines without objects is read in no time', () => {
    const startedMs = performance.now();
    expect(texts(`${'1\n'.repeat(400_000)}{`)).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe('an array', () => {
  test('gives its elements as they are written', () => {
    expect(texts('[ {"key" : 1.0} ,\n"a,]\\"}" , [1,[2,{"x":"]"}]],\tnull,{} ]\r\n')).toEqual(['{"key" : 1.0}', '"a,]\\"}"', '[1,[2,{"x":"]"}]]', 'null', '{}']);
  });

  test('gives back every element, whatever blanks stand between them', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.jsonValue(), blank, blank), { minLength: 1 }), (elements) => {
      const written = elements.map(([value]) => JSON.stringify(value));
      expect(texts(`[${elements.map(([, before, after], i) => `${before}${written[i]}${after}`).join(',')}]`)).toEqual(written);
    }));
  });

  test('keeps bytes that are not UTF-8 inside their element', () => {
    const message = Buffer.concat([Buffer.from('[{"key":"'), Buffer.from([0xff, 0xe2, 0x82]), Buffer.from('"},{"key":"b"}]')]);
    const slices = splitEvents(message, 'key');
    expect(slices.map(({ start, end }) => message.subarray(start, end).toString('latin1'))).toEqual(['{"key":"\xff\xe2\x82"}', '{"key":"b"}']);
  });
});

describe('lines', () => {
  test('give one event each, blank ones none, bad ones too', () => {
    expect(texts('{"key":"a"}\r\n\r\n \n{"key":\nnot json\n{"key":"b"}')).toEqual(['{"key":"a"}\r', '{"key":', 'not json', '{"key":"b"}']);
  });

  test('give back every object, with any line ends', () => {
    fc.assert(fc.property(fc.array(anyEvent, { minLength: 2 }), fc.constantFrom('\n', '\r\n', '\n\n'), fc.boolean(), (events, end, ends) => {
      const message = events.map((event) => JSON.stringify(event)).join(end) + (ends ? end : '');
      expect(texts(message).map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(events)));
      expect(keys(message)).toEqual(events.map(({ key }) => String(key)));
    }));
  });

  test('behind a byte order mark keep it in the first event: validate says so', () => {
    expect(texts('\ufeff{"key":"a"}\n{"key":"b"}')).toEqual(['\ufeff{"key":"a"}', '{"key":"b"}']);
  });
});

describe('the key of an event', () => {
  test('is its text or the shortest form of its number, however the event came', () => {
    expect(keys('{"key":"a"}')).toEqual(['a']);
    expect(keys('[{"key":1.0},{"key":"1"},{"key":1e0}]')).toEqual(['1', '1', '1']);
    expect(keys('{"key":"a"}\n{"key":2}')).toEqual(['a', '2']);
  });

  test('is missing where the event has none, or no text or number', () => {
    expect(keys('[{"key":null},{"key":{}},{"other":1},3,{"__proto__":{"key":"x"}}]')).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test('is the last one of several, as in validate', () => {
    expect(keys('{"key":"a","key":"b"}')).toEqual(['b']);
  });
});
