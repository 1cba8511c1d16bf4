/** Random contracts with nested values, events that keep them, and what a reader of the lake must see of each. */
import fc from 'fast-check';

/** A JSON text, and the value that `afluente query` shows for it. */
export interface Sample {
  readonly text: string;
  readonly seen: unknown;
}

/** What a contract says of a place, and values for it. */
export interface Shape {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly samples: fc.Arbitrary<Sample>;
}

const plain = (text: string, seen: unknown = JSON.parse(text)): Sample => ({ text, seen });
const texts = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\0'));
const time = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-30'), noInvalidDate: true });

/** Integers beyond 2^53 are shown as texts. */
const wide = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => plain(String(value), Number.isSafeInteger(Number(value)) ? Number(value) : String(value)));

const decimal: fc.Arbitrary<Sample> = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), fc.boolean())
  .map(([units, quoted]) => {
    const digits = String(units < 0n ? -units : units).padStart(4, '0');
    const text = `${units < 0n ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
    return plain(quoted ? JSON.stringify(text) : text, text);
  });

const leaves: readonly Shape[] = [
  { schema: { type: 'string' }, samples: texts.map((text) => plain(JSON.stringify(text))) },
  { schema: { type: 'integer' }, samples: wide },
  { schema: { type: ['string', 'number'], format: 'decimal', 'x-precision': 18, 'x-scale': 3 }, samples: decimal },
  {
    schema: { type: 'number' },
    samples: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => plain(JSON.stringify(value))),
  },
  { schema: { type: 'boolean' }, samples: fc.boolean().map((value) => plain(String(value))) },
  {
    schema: { type: 'string', format: 'date-time' },
    samples: time.map((date) =>
      plain(
        JSON.stringify(date),
        date
          .toISOString()
          .replace('.000', '')
          .replace(/(\.\d{3})Z/, '$1000Z'),
      ),
    ),
  },
  {
    schema: { type: 'string', format: 'date' },
    samples: time.map((date) => plain(JSON.stringify(date.toISOString().slice(0, 10)))),
  },
  {
    schema: { type: 'object' },
    samples: fc.dictionary(texts, fc.integer()).map((value) => plain(JSON.stringify(value), JSON.stringify(value))),
  },
];

/** Members in a random order, some of them missing or null, and one that the contract does not list. */
function objectOf(fields: readonly (readonly [name: string, shape: Shape])[]): Shape {
  const members = fields.map(([name, { samples }]) =>
    fc.option(samples, { nil: undefined }).map((sample) => [name, sample] as const),
  );
  const samples = fc.tuple(fc.boolean(), ...members).map(([nulls, ...all]) => {
    const given = (all as (readonly [string, Sample | undefined])[]).map(([name, sample]) =>
      sample || !nulls ? [name, sample?.text] : [name, 'null'],
    );
    const written = [...given.filter(([, text]) => text !== undefined), ['not listed', '{}']]
      .toReversed()
      .map(([name, text]) => `${JSON.stringify(name)}: ${text}`);
    const seen = (all as (readonly [string, Sample | undefined])[]).map(([name, sample]) => [
      name,
      sample?.seen ?? null,
    ]);
    return { text: `{${written.join(', ')}}`, seen: Object.fromEntries(seen) as unknown };
  });
  const properties = fields.map(([name, { schema }]) => [name, orNull(schema)]);
  return { schema: { type: 'object', properties: Object.fromEntries(properties) }, samples };
}

function arrayOf({ schema, samples }: Shape): Shape {
  const items = fc.array(fc.option(samples, { nil: plain('null') }), { maxLength: 4 });
  return {
    schema: { type: 'array', items: orNull(schema) },
    samples: items.map((all) => ({
      text: `[${all.map(({ text }) => text).join(',')}]`,
      seen: all.map(({ seen }) => seen),
    })),
  };
}

function orNull(schema: Shape['schema']): Shape['schema'] {
  return { ...schema, type: [schema['type'], 'null'].flat() };
}

/** An object or array that may hold anything is JSON text, and so is an array of such. */
function isText({ schema }: Shape): boolean {
  return schema['type'] === 'object' && !('properties' in schema);
}

const names = fc.oneof(
  fc.stringMatching(/^[a-z]{1,4}$/),
  fc.constantFrom('t', 'ção', 'a.b', 'group', '"', 'item', '_seq'),
);

const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...leaves),
    fc
      .uniqueArray(fc.tuple(names, tie('shape')), { minLength: 1, maxLength: 4, selector: ([name]) => name })
      .map(objectOf),
    tie('shape')
      .filter((item) => !isText(item))
      .map(arrayOf),
  ),
}));

/** Shapes for the properties `p0`, `p1` … of an event. */
export const shapes = fc.array(shape, { minLength: 1, maxLength: 4 });
