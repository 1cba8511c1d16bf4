/** One message is split into exactly its events, byte for byte; what cannot be split stays whole. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyFinder } from './event-key.js';
import { type EventSlice, keyInEvent, splitEvents as split } from './split-events.js';

fc.configureGlobal({ seed: 7 });

const splitEvents = (bytes: Buffer, field: string): EventSlice[] =>
  split(bytes, keyInEvent([field], keyFinder([field])));
const texts = (message: string | Buffer): string[] => {
  const bytes = Buffer.from(message);
  return splitEvents(bytes, 'key').map(({ start, end }) => bytes.toString('utf8', start, end));
};
const keys = (message: string): (string | undefined)[] =>
  splitEvents(Buffer.from(message), 'key').map(({ key }) => key);
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
    ['an object behind a byte order mark and a blank', '\ufeff {"key":"a"}'],
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
    expect(texts('[ {"key" : 1.0} ,\n"a,]\\"}" , [1,[2,{"x":"]"}]],\tnull,{} ]\r\n')).toEqual([
      '{"key" : 1.0}',
      '"a,]\\"}"',
      '[1,[2,{"x":"]"}]]',
      'null',
      '{}',
    ]);
  });

  test('gives back every element, whatever blanks stand between them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.jsonValue(), blank, blank), { minLength: 1 }), (elements) => {
        const written = elements.map(([value]) => JSON.stringify(value));
        expect(
          texts(`[${elements.map(([, before, after], i) => `${before}${written[i]}${after}`).join(',')}]`),
        ).toEqual(written);
      }),
    );
  });

  test('keeps bytes that are not UTF-8 inside their element', () => {
    const message = Buffer.concat([
      Buffer.from('[{"key":"'),
      Buffer.from([0xff, 0xe2, 0x82]),
      Buffer.from('"},{"key":"b"}]'),
    ]);
    const slices = splitEvents(message, 'key');
    expect(slices.map(({ start, end }) => message.subarray(start, end).toString('latin1'))).toEqual([
      '{"key":"\xff\xe2\x82"}',
      '{"key":"b"}',
    ]);
  });
});

describe('lines', () => {
  test('give one event each, blank ones none, bad ones too', () => {
    expect(texts('{"key":"a"}\r\n\r\n \n{"key":\nnot json\n{"key":"b"}')).toEqual([
      '{"key":"a"}\r',
      '{"key":',
      'not json',
      '{"key":"b"}',
    ]);
  });

  test('give back every object, with any line ends', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 2 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.boolean(),
        (events, end, ends) => {
          const message = events.map((event) => JSON.stringify(event)).join(end) + (ends ? end : '');
          expect(texts(message).map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(events)));
          expect(keys(message)).toEqual(events.map(({ key }) => String(key)));
        },
      ),
    );
  });

  test('may stand behind a byte order mark', () => {
    expect(texts('\ufeff{"key":"a"}\n{"key":"b"}')).toEqual(['{"key":"a"}', '{"key":"b"}']);
    expect(keys('\ufeff{"key":"a"}\n{"key":')).toEqual(['a', undefined]);
  });

  test('with an open string or bracket take no neighbour along', () => {
    expect(texts('{"key":"a}\n{"key":"b"}\n{"key":"c"}')).toEqual(['{"key":"a}', '{"key":"b"}', '{"key":"c"}']);
    expect(texts('{"key":"a","o":{"x":1}\n{"key":"b"}\n}')).toEqual(['{"key":"a","o":{"x":1}', '{"key":"b"}', '}']);
    expect(texts('{"key":"a","o":{"x":1}\n{"key":"b"}\n{"key":"c"}}')).toEqual([
      '{"key":"a","o":{"x":1}',
      '{"key":"b"}',
      '{"key":"c"}}',
    ]);
  });

  test('that are balanced but no JSON at all are one event', () => {
    expect(texts('{a}\n{b}')).toEqual(['{a}\n{b}']);
    expect(texts('{a}\n{"key":"b"}')).toEqual(['{a}', '{"key":"b"}']);
    expect(texts('{"key":"a",}\n{"key":"b",}')).toEqual(['{"key":"a",}\n{"key":"b",}']);
  });
});

describe('objects one after the other', () => {
  test('are an event each, with or without blanks between them', () => {
    expect(texts('{"key":"a"}{"key":"b"} {"key":"c","o":{"s":"}{"}}')).toEqual([
      '{"key":"a"}',
      '{"key":"b"}',
      '{"key":"c","o":{"s":"}{"}}',
    ]);
    expect(keys('{"key":"a"}{"key":2} {"key":"c","o":{}}')).toEqual(['a', '2', 'c']);
    expect(texts('\ufeff{"key":"a"}{"key":"b"}')).toEqual(['{"key":"a"}', '{"key":"b"}']);
  });

  test('may go over lines, even where one of them looks like an event', () => {
    const pretty = '{\n "key": "a",\n "list": [\n{"key":"x"}\n]\n}\n{\n "key": "b"\n}\n';
    expect(texts(pretty)).toEqual(['{\n "key": "a",\n "list": [\n{"key":"x"}\n]\n}', '{\n "key": "b"\n}']);
    expect(keys(pretty)).toEqual(['a', 'b']);
  });

  test('are split on each of several lines, and a bad line stays whole', () => {
    expect(texts('{"key":"a"}{"key":"b"}\n{"key":"c"}{"key":\n{"key":"d"}')).toEqual([
      '{"key":"a"}',
      '{"key":"b"}',
      '{"key":"c"}{"key":',
      '{"key":"d"}',
    ]);
  });

  test('give back what was written, however it was joined', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyEvent, fc.constantFrom(0, 2)), { minLength: 2 }),
        fc.constantFrom('', ' ', '\n', '\r\n', '\n\n', '\u001e', '\n\u001e'),
        (events, between) => {
          const written = events.map(([event, indent]) => JSON.stringify(event, null, indent));
          expect(texts(written.join(between)).map((one) => one.trim())).toEqual(written);
          expect(keys(between + written.join(between))).toEqual(events.map(([{ key }]) => String(key)));
        },
      ),
    );
  });
});

describe('a text sequence', () => {
  test('has an event behind each record separator', () => {
    expect(texts('\u001e{"key":"a"}\n\u001e{"key":"b"}\n')).toEqual(['{"key":"a"}\n', '{"key":"b"}\n']);
    expect(texts('\u001e{"key":"a"}\u001e\u001e{"key":\n\u001e{\n"key":"c"}\n')).toEqual([
      '{"key":"a"}',
      '{"key":\n',
      '{\n"key":"c"}\n',
    ]);
    expect(texts('\u001e[{"key":"a"},{"key":"b"}]\n')).toEqual(['{"key":"a"}', '{"key":"b"}']);
  });

  test('without any object is one event, untouched', () => {
    expect(texts('ab\u001ecd\u001e')).toEqual(['ab\u001ecd\u001e']);
  });
});

describe('the key of an event', () => {
  test('is its text or the shortest form of its number, however the event came', () => {
    expect(keys('{"key":"a"}')).toEqual(['a']);
    expect(keys('[{"key":1.0},{"key":"1"},{"key":1e0}]')).toEqual(['1', '1', '1']);
    expect(keys('{"key":"a"}\n{"key":2}')).toEqual(['a', '2']);
  });

  test('is missing where the event has none, or no text or number', () => {
    expect(keys('[{"key":null},{"key":{}},{"other":1},3,{"__proto__":{"key":"x"}}]')).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('is exact beyond 2^53', () => {
    expect(keys('{"key":9007199254740993}')).toEqual(['9007199254740993']);
    expect(keys('[{"key":9223372036854775807.0},{"key":-9223372036854775808},{"key":1e17}]')).toEqual([
      '9223372036854775807',
      '-9223372036854775808',
      '100000000000000000',
    ]);
    expect(keys('{"key":9007199254740993}\n{"key":9007199254740992}')).toEqual([
      '9007199254740993',
      '9007199254740992',
    ]);
  });

  test('is the last one of several, as in validate', () => {
    expect(keys('{"key":"a","key":"b"}')).toEqual(['b']);
  });
});
