/** Keys as bytes: in the order of the keys, the same bytes for the same key only, and read back exactly. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnType } from '#columns/types/column-spec';
import { type ExampleValue, exampleColumn } from '../results/example-columns.js';
import { KeyBytes, KeyCodec } from './key-codec.js';
import { valueText } from './value-text.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('', '\u0000', '\u0000\u0000', 'a', 'a\u0000', 'ab', '\uffff', '😀', 'é'.repeat(200)),
);
const kinds: readonly (readonly [ColumnType, fc.Arbitrary<ExampleValue>])[] = [
  [{ kind: 'string' }, anyText],
  [{ kind: 'int32' }, fc.oneof(fc.integer(), fc.integer({ min: -1, max: 1 }))],
  [
    { kind: 'int64' },
    fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -1n, max: 1n })),
  ],
  [{ kind: 'float64' }, fc.oneof(fc.double(), fc.constantFrom(-0, 0, Number.NaN, -1, 1, 5e-324, -5e-324))],
  [{ kind: 'bool' }, fc.boolean()],
  [{ kind: 'date' }, fc.integer({ min: -719_162, max: 2_932_896 })],
  [{ kind: 'timestamp' }, fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n })],
  [
    { kind: 'decimal', precision: 38, scale: 3 },
    fc.oneof(fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n }), fc.bigInt({ min: -1n, max: 1n })),
  ],
];

/** Two keys of the same columns. The second one takes values of the first: keys that begin alike are the ones that may be confused. */
const twoKeys = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 3 }).chain((columns) =>
  fc
    .record({
      types: fc.constant(columns.map(([type]) => type)),
      one: fc.tuple(...columns.map(([, value]) => fc.option(value, { freq: 5 }))),
      other: fc.tuple(...columns.map(([, value]) => fc.option(value, { freq: 5 }))),
      alike: fc.nat(columns.length),
    })
    .map(({ types, one, other, alike }) => ({ types, one, other: [...one.slice(0, alike), ...other.slice(alike)] })),
);

const codecKey = new KeyBytes();
function encoded(types: readonly ColumnType[], key: readonly ExampleValue[]): Buffer {
  codecKey.length = 0;
  new KeyCodec(types).encode(
    types.map((type, at) => exampleColumn(type, [key[at]!])),
    0,
    codecKey,
  );
  return Buffer.from(codecKey.bytes.subarray(0, codecKey.length));
}

function compareValues(a: ExampleValue, b: ExampleValue): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  const [aNaN, bNaN] = [Number.isNaN(a), Number.isNaN(b)];
  if (aNaN || bNaN) return Number(aNaN) - Number(bNaN);
  return a < b ? -1 : Number(a > b);
}

function compareKeys(a: readonly ExampleValue[], b: readonly ExampleValue[]): number {
  return a.map((value, at) => compareValues(value, b[at]!)).find((order) => order !== 0) ?? 0;
}

describe('a key as bytes', () => {
  test('is before another one exactly when the key is, and equal exactly when it is: nulls first, NaN last, one zero', () => {
    fc.assert(
      fc.property(twoKeys, ({ types, one, other }) => {
        expect(Math.sign(Buffer.compare(encoded(types, one), encoded(types, other)))).toBe(
          Math.sign(compareKeys(one, other)),
        );
      }),
      { numRuns: 1000, seed: 7 },
    );
  });

  test('gives its values back, whatever stands around it', () => {
    fc.assert(
      fc.property(twoKeys, fc.uint8Array({ maxLength: 9 }), ({ types, one }, around) => {
        const bytes = Buffer.concat([around, encoded(types, one), around]);
        const texts = new KeyCodec(types).texts(bytes, around.length, bytes.length - around.length);
        const wanted = one.map((value, at) =>
          valueText(typeof value === 'number' ? value + 0 : (value ?? undefined), types[at]!),
        );
        expect(texts).toEqual(wanted);
      }),
      { numRuns: 1000, seed: 7 },
    );
  });

  test('of no columns is empty: one row for all', () => {
    expect(encoded([], [])).toHaveLength(0);
    expect(new KeyCodec([]).texts(Buffer.alloc(0), 0, 0)).toEqual([]);
  });

  test('of both zeros is one, and of all kinds of NaN', () => {
    const other = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0]!;
    const float = (value: number): Buffer => encoded([{ kind: 'float64' }], [value]);
    expect(float(-0)).toEqual(float(0));
    expect(float(other)).toEqual(float(Number.NaN));
  });
});
