/** Whatever shape a file of events has, and wherever its bytes are cut, each event is found once, on its line. */
import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventFileError, type EventText } from './event-splitter.js';
import { JsonSplitter } from './json-splitter.js';
import { splitterOf } from './splitter-of.js';

fc.configureGlobal({ seed: 1 });

/** @param cuts shares of the file at which it is cut */
function split(file: string | Buffer, cuts: readonly number[] = [], name = 'events.ndjson'): EventText[] {
  const bytes = Buffer.from(file);
  const splitter = splitterOf(name, bytes);
  const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort((a, b) => a - b);
  const found = places.slice(1).flatMap((end, at) => splitter.feed(bytes.subarray(places[at], end)));
  return [...found, ...splitter.end()];
}

const texts = (file: string | Buffer, cuts?: readonly number[], name?: string): string[] =>
  split(file, cuts, name).map(({ text }) => text);
const said = (file: string | Buffer, name?: string): string => {
  try {
    return texts(file, [], name).join();
  } catch (error) {
    if (error instanceof EventFileError) return error.message;
    throw error;
  }
};

const event = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

/** How a file may hold events. */
const shapes: Readonly<Record<string, (events: readonly object[]) => string>> = {
  'on lines': (events) => events.map((one) => `${JSON.stringify(one)}\n`).join(''),
  'on lines that end with carriage returns, the last with nothing': (events) =>
    events.map((one) => JSON.stringify(one)).join('\r\n'),
  'on lines with empty ones between them': (events) => events.map((one) => `\n ${JSON.stringify(one)}\n\n`).join(''),
  'over many lines': (events) => events.map((one) => JSON.stringify({ a: 1, ...one }, null, 2)).join('\n'),
  'without anything between them': (events) => events.map((one) => JSON.stringify(one)).join(''),
  'as a text sequence': (events) => events.map((one) => `\u001e${JSON.stringify(one)}\n`).join(''),
  'in an array': (events) => JSON.stringify(events),
  'in an array over many lines, behind a byte order mark': (events) => `\uFEFF${JSON.stringify(events, null, '\t')}\n`,
  'as features': (events) =>
    JSON.stringify({
      type: 'FeatureCollection',
      metadata: { features: [1, [2]], '"features":[': '"' },
      features: events,
      bbox: [1, [2]],
    }),
  'as features before the type': (events) =>
    JSON.stringify({ features: events, bbox: [{}], type: 'FeatureCollection' }, null, 1),
};

describe('events', () => {
  test.each(Object.entries(shapes))('%s are found as they were sent', (_, shape) => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), cuts, (events, at) => {
        const found = texts(shape(events), at).map((text) => JSON.parse(text) as object);
        const sent = events.map((one) => JSON.parse(JSON.stringify(one)) as object);
        expect(found.map((one) => ({ a: 1, ...one }))).toEqual(sent.map((one) => ({ a: 1, ...one })));
      }),
      { numRuns: 100 },
    );
  });

  test('have the line on which they begin', () => {
    const lines = (file: string): number[] => split(file, [0.3, 0.6]).map(({ line }) => line);
    expect(lines('\n{"a":1}\n\n{"a":2}\n{"a":3}')).toEqual([2, 4, 5]);
    expect(lines('[\n {"a":\n1},\n {"a":2}, {"a":3}\n]')).toEqual([2, 4, 4]);
    expect(lines('{"type":"FeatureCollection",\n"features":[\n{"a":1},\n\n{"a":\n2}]}')).toEqual([3, 5]);
    expect(lines('{"features":[\n{"a":1},\n\n{"a":\n2}],\n"type":"FeatureCollection"}')).toEqual([2, 4]);
    expect(lines('{\n"a":1\n}\n{\n"a":2}')).toEqual([1, 4]);
  });

  test('that are no JSON take no others along', () => {
    expect(texts('{"a":1}\n{"a":\n{"a":3}\nnot json\n"{"\n{"a":4}')).toEqual([
      '{"a":1}',
      '{"a":',
      '{"a":3}',
      'not json',
      '"{"',
      '{"a":4}',
    ]);
    expect(texts('nothing\n{"a":1}')).toEqual(['nothing', '{"a":1}']);
    expect(texts('[1, {"a":1}, nothing, "x]", {"a":2}]')).toEqual(['1', '{"a":1}', 'nothing', '"x]"', '{"a":2}']);
    expect(texts('{"a":"cut off\n{"a":2}')).toEqual(['{"a":"cut off', '{"a":2}']);
    expect(texts('{"a":1')).toEqual(['{"a":1']);
  });

  test('that have a property called features are events', () => {
    expect(texts('{"features":[1,2],"type":"car"}\n{"features":[]}')).toHaveLength(2);
    expect(texts('{"type":"FeatureCollection","features":3}')).toHaveLength(1);
    expect(texts('{"type":"FeatureCollection","features":[]}')).toEqual([]);
  });

  test('say when they are no UTF-8, and others are', () => {
    const file = Buffer.concat([Buffer.from('{"a":1}\n{"a":"'), Buffer.from([0xe9]), Buffer.from('"}\n{"a":2}')]);
    expect(split(file).map(({ isUtf8 }) => isUtf8)).toEqual([true, false, true]);
  });

  test('beyond what a message can be end it, by their line', () => {
    const splitter = new JsonSplitter();
    const piece = Buffer.alloc(8 * 1024 * 1024, 'x');
    splitter.feed(Buffer.from('\n\n{"a":"'));
    expect(() => {
      for (let pieces = 0; pieces < 9; pieces++) splitter.feed(piece);
    }).toThrow('has more than 64 MiB without the end of an event, from line 3 on');
  });
});

describe('rows', () => {
  test('of a CSV file are objects of texts', () => {
    const rows = 'id,"the ""name""", at\n1,"a,\nb""",2026\n\n2,,""\n';
    for (const at of [[], [0.1, 0.4, 0.5], [0.55, 0.8]])
      expect(split(rows, at, 'a.CSV')).toEqual([
        {
          line: 2,
          text: '{"id":"1","the \\"name\\"":"a,\\nb\\"","\\u0020at":"2026"}'.replace('\\u0020', ' '),
          isUtf8: true,
        },
        { line: 5, text: '{"id":"2"," at":""}', isUtf8: true },
      ]);
  });

  test('may be parted by semicolons and tabs, and end with carriage returns or nothing', () => {
    expect(texts('a;b\r\n1,5;2\r\n3;4', [], 'a.csv')).toEqual(['{"a":"1,5","b":"2"}', '{"a":"3","b":"4"}']);
    expect(texts('a\tb\n1\t2\n', [], 'a.tsv')).toEqual(['{"a":"1","b":"2"}']);
    expect(texts('a\n1\n2', [], 'a.csv')).toEqual(['{"a":"1"}', '{"a":"2"}']);
  });

  test('are the same wherever the file is cut', () => {
    const cell = fc.oneof(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', '😀', ' ') }), fc.constant(''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 }), cuts, (rows, at) => {
        const written = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','));
        const found = texts(['x,y,z', ...written].join('\n'), at, 'a.csv');
        expect(found.map((text) => JSON.parse(text) as object)).toEqual(rows.map(([x, y, z]) => ({ x, y, z })));
      }),
    );
  });

  test('that the header has no names for are told by their line', () => {
    expect(said('a,b\n1,2\n1,2,3\n', 'a.csv')).toBe('has 3 cells in line 3, but 2 names in its first line');
    expect(said('a,,b\n', 'a.csv')).toBe('has no name for column 2 in its first line, which must name the columns');
    expect(said('a,b,a\n', 'a.csv')).toBe('names two columns "a" in its first line');
    expect(said(Buffer.from([0x61, 0x0a, 0x31, 0x0a, 0xe9, 0x0a, 0x31, 0x0a]), 'a.csv')).toBe(
      'is not UTF-8 behind line 1: convert it, e.g. with iconv',
    );
  });
});

describe('a file without events', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'is empty'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'is compressed (gzip): unpack it, e.g. gunzip -c FILE > events.ndjson'],
    ['zip', Buffer.from('PK\u0003\u0004'), 'is a zip archive: unpack it'],
    ['Parquet', Buffer.from('PAR1\u0015'), 'is a Parquet file: events are JSON, so write its rows as NDJSON first'],
    ['UTF-16', Buffer.from([0xff, 0xfe, 0x7b, 0]), 'is UTF-16: convert it to UTF-8, e.g. with iconv'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), 'is no text in UTF-8'],
    ['other bytes', Buffer.alloc(500, 0xfa), 'is no text in UTF-8'],
  ])('of %s says so', (_, bytes, says) => {
    expect(said(bytes)).toContain(says);
  });
});
