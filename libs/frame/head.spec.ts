/** Heads survive their headers unchanged, and the lineage hash notices every change. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyHead } from './example-heads.js';
import { decodeHead, encodeHead, type FrameHead, type HeaderPairs, hashHead } from './head.js';

fc.configureGlobal({ seed: 7 });

const reader =
  (pairs: HeaderPairs) =>
  (name: string): string[] =>
    pairs.filter(([key]) => key === name).map(([, value]) => value);
const small: FrameHead = {
  inputs: [{ stream: 's', created: 'c', first: 1, last: 2, hash: undefined }],
  prev: '',
  watermarkMs: null,
  idle: false,
  logic: 'v',
  sections: [],
  duplicates: 0,
};

describe('the head of a frame', () => {
  test('is read back as it was written, with any number of inputs', () => {
    fc.assert(
      fc.property(anyHead, (head) => {
        expect(decodeHead(reader(encodeHead(head)))).toEqual(head);
      }),
    );
  });

  test('is written in values a header can hold: printable, without spaces at the ends, never empty', () => {
    fc.assert(
      fc.property(anyHead, (head) => {
        for (const [name, value] of encodeHead(head)) {
          expect(name).toMatch(/^Afl-[A-Z][a-z]+$/);
          expect(value).toMatch(/^[!-~]([ -~]*[!-~])?$/);
        }
      }),
    );
  });

  test('has the headers the design names', () => {
    const head: FrameHead = {
      inputs: [
        { stream: 'a', created: '2026-01-01T00:00:00Z', first: 4, last: 9, hash: 'f0' },
        { stream: 'b', created: 'x', first: 3, last: 2, hash: undefined },
      ],
      row: { done: 5, all: 12 },
      prev: 'abc',
      watermarkMs: 0,
      idle: true,
      clockMs: 7,
      frontMs: 8,
      logic: 'v1',
      sections: [
        { name: 'ok', encoding: 'arrow', bytes: 10, rows: 2 },
        { name: 'late', encoding: 'ndjson', bytes: 0, rows: 0 },
      ],
      state: { object: 'task.1', at: 3 },
      duplicates: 6,
      references: 'products=12',
      refused: [
        { rows: [3, 5, 12], message: 'a,\nµ' },
        { rows: 'all', message: 'b' },
      ],
    };
    expect(encodeHead(head).map(([name, value]) => `${name}: ${value}`)).toEqual([
      'Afl-Src: a 2026-01-01T00:00:00Z f0',
      'Afl-First: 4',
      'Afl-Last: 9',
      'Afl-Src: b x -',
      'Afl-First: 3',
      'Afl-Last: 2',
      'Afl-Row: 5/12',
      'Afl-Prev: abc',
      'Afl-Watermark: 0',
      'Afl-Idle: 1',
      'Afl-Clock: 7',
      'Afl-Stored: 8',
      'Afl-Logic: v1',
      'Afl-Sections: ok;arrow;10;2,late;ndjson;0;0',
      'Afl-State: task.1 3',
      'Afl-Duplicates: 6',
      'Afl-References: products=12',
      'Afl-Refused: 3.BQI=a%2C%0A%C2%B5',
      'Afl-Refused: =b',
    ]);
  });

  test('a watermark of 0 is a watermark, none is none', () => {
    expect(decodeHead(reader(encodeHead({ ...small, watermarkMs: 0 })))?.watermarkMs).toBe(0);
    expect(decodeHead(reader(encodeHead(small)))?.watermarkMs).toBeNull();
  });

  test.each(['Afl-Src', 'Afl-First', 'Afl-Last', 'Afl-Prev', 'Afl-Logic'])(
    'a message without %s is no frame',
    (missing) => {
      expect(decodeHead(reader(encodeHead(small).filter(([name]) => name !== missing)))).toBeUndefined();
    },
  );

  test('a message whose inputs have not one range each is no frame', () => {
    expect(decodeHead(reader([...encodeHead(small), ['Afl-First', '5']]))).toBeUndefined();
  });
});

describe('the lineage hash', () => {
  test('is the same for what was written and what was read back', () => {
    fc.assert(
      fc.property(anyHead, (head) => {
        expect(hashHead(decodeHead(reader(encodeHead(head)))!)).toBe(hashHead(head));
      }),
    );
  });

  test('differs whenever any header differs', () => {
    fc.assert(
      fc.property(anyHead, anyHead, (a, b) => {
        const same = JSON.stringify(encodeHead(a)) === JSON.stringify(encodeHead(b));
        expect(hashHead(a) === hashHead(b)).toBe(same);
      }),
    );
    const changes: Partial<FrameHead>[] = [
      { prev: 'x' },
      { watermarkMs: 1 },
      { idle: true },
      { clockMs: 1 },
      { logic: 'w' },
      { row: { done: 1, all: 2 } },
      { state: { object: 'o', at: 1 } },
      { duplicates: 1 },
      { references: 'a=b' },
      { sections: [{ name: 'ok', encoding: 'arrow', bytes: 1, rows: 1 }] },
      { inputs: [{ ...small.inputs[0]!, last: 3 }] },
      { inputs: [{ ...small.inputs[0]!, created: 'd' }] },
    ];
    expect(new Set(changes.map((change) => hashHead({ ...small, ...change })).concat(hashHead(small))).size).toBe(
      changes.length + 1,
    );
  });

  test('covers the whole chain, because each head holds the hash before it', () => {
    fc.assert(
      fc.property(fc.array(anyHead, { minLength: 2, maxLength: 6 }), fc.nat(), (heads, at) => {
        const end = (chain: readonly FrameHead[]): string =>
          chain.reduce((prev, head) => hashHead({ ...head, prev }), '');
        const changed = heads.map((head, i) => (i === at % heads.length ? { ...head, logic: `${head.logic}!` } : head));
        expect(end(changed)).not.toBe(end(heads));
      }),
    );
  });
});
