/** The quick reader against the exact one: whatever bytes come, it declines, or says to the bit what the exact one says. */
import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ColumnsBuilder } from '#columns/build/columns-builder';
import { compileContract } from '../columns/compile-contract.js';
import { type Accepted, Contract } from '../columns/contract.js';
import { kinds, usual } from './example-values.js';
import { QuickEvent } from './quick-event.js';

fc.configureGlobal({ seed: 5 });

interface Compiled {
  readonly contract: Contract;
  readonly names: readonly string[];
}

interface Case {
  readonly contract: Contract;
  readonly bytes: Buffer;
}

/** Contracts of some of the kinds. */
const contracts = fc.sample(
  fc
    .tuple(
      fc.shuffledSubarray(Object.keys(kinds), { minLength: 1 }),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      fc.constantFrom(true, false, undefined),
    )
    .map(([names, isRequired, additional]): Compiled => {
      const required = names.filter((_, at) => isRequired[at]);
      const schema = {
        type: 'object',
        properties: { id: { type: 'string' }, ...Object.fromEntries(names.map((name) => [name, kinds[name]![0]])) },
        required: ['id', ...required],
        ...(additional !== undefined && { additionalProperties: additional }),
      };
      const eventTime = required.includes('time') ? 'time' : undefined;
      const compiled = compileContract(schema, { id: 'id', key: 'id', eventTime });
      if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
      return { contract: compiled, names: ['id', ...names] };
    }),
  80,
);

/** An event of a contract, or what nearly is one. */
const cases: fc.Arbitrary<Case> = fc
  .constantFrom(...contracts)
  .chain(({ contract, names }) => events(names).map((text) => ({ contract, bytes: Buffer.from(text) })));

function events(names: readonly string[]): fc.Arbitrary<string> {
  const blank = fc.oneof({ weight: 20, arbitrary: fc.constantFrom('', ' ', '\n\t ') }, fc.constant('\u00a0'));
  const member = (name: string): fc.Arbitrary<string> => {
    const values = name === 'id' ? fc.constantFrom('"e1"', '"e2"') : usual[name]!;
    const others = name === 'id' ? fc.constantFrom('""', '7') : kinds[name]![1];
    return fc
      .tuple(blank, blank, fc.oneof({ weight: 20, arbitrary: values }, others))
      .map(([before, behind, value]) => `"${name}"${before}:${behind}${value}`);
  };
  const strange = fc.constantFrom('"other":1', '"id":"twice"', '"text":"a\\u0062"', '"\\u0069d":"e"', '');
  const all = fc.tuple(...names.map(member));
  return fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: all },
        all.chain((members) => fc.shuffledSubarray(members)),
      ),
      fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, strange),
      blank,
      blank,
    )
    .map(
      ([members, other, before, behind]) =>
        `${before}{${[...members, ...(other === undefined ? [] : [other])].join(`,${behind}`)}}${behind}`,
    );
}

/** The bytes with one of them changed, left out or repeated. */
const spoilt = fc
  .tuple(cases, fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('change', 'drop', 'repeat', 'cut'))
  .map(([{ contract, bytes }, where, byte, how]) => {
    const at = where % bytes.length;
    const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
    const middle = how === 'change' ? [byte] : how === 'repeat' ? [bytes[at]!, bytes[at]!] : [];
    return { contract, bytes: Buffer.concat(how === 'cut' ? [before] : [before, Buffer.from(middle), behind]) };
  });

/** In a buffer with others before and behind it, as in a frame. */
function within(bytes: Buffer): { all: Buffer; start: number; end: number } {
  const [before, behind] = [Buffer.from('{"id":"x"}'), Buffer.from('}9",Z"null:"')];
  return { all: Buffer.concat([before, bytes, behind]), start: before.length, end: before.length + bytes.length };
}

function columnsOf(contract: Contract, event: Accepted): Buffer {
  const builder = new ColumnsBuilder(contract.columns);
  contract.append(event, builder);
  builder.endRow();
  return Buffer.from(builder.finish());
}

function said(answer: ReturnType<Contract['readBytes']>): unknown {
  return answer.ok ? [answer.id, answer.key, answer.eventTimeUs, answer.row] : answer;
}

/** @returns whether the quick reader read it */
function agree({ contract, bytes }: Case): boolean {
  const { all, start, end } = within(bytes);
  const isUtf8 = Buffer.compare(Buffer.from(bytes.toString()), bytes) === 0;
  const exact = contract.readExactly(all, start, end, isUtf8);
  const found = contract.readBytes(all, start, end, isUtf8);
  expect([bytes.toString(), said(found)]).toEqual([bytes.toString(), said(exact)]);
  if (!found.ok || !exact.ok) return false;
  expect(columnsOf(contract, found).equals(columnsOf(contract, exact))).toBe(true);
  return found instanceof QuickEvent;
}

describe('the quick reader', () => {
  test('agrees with the exact one on events of all kinds', () => {
    let quick = 0;
    fc.assert(
      fc.property(cases, (one) => {
        if (agree(one)) quick++;
      }),
      { numRuns: 10_000 },
    );
    expect(quick).toBeGreaterThan(1_500);
  });

  test('agrees with it on events with a byte changed, dropped, repeated or cut off', () => {
    fc.assert(
      fc.property(spoilt, (one) => void agree(one)),
      { numRuns: 10_000 },
    );
  });
});
