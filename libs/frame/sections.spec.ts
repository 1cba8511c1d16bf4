/** Sections lie end to end in a payload and come out as they went in. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anySectionInfo } from './example-heads.js';
import { decodeSectionInfos, encodeSectionInfos, joinSections, rowsOf, section, splitSections } from './sections.js';

fc.configureGlobal({ seed: 7 });

const anySections = fc
  .array(
    fc.record({
      name: fc.constantFrom('ok', 'rejected', 'late', 'delta.users'),
      encoding: fc.constantFrom('arrow' as const, 'ndjson' as const),
      data: fc.uint8Array({ maxLength: 40 }),
      rows: fc.nat(9),
    }),
    { maxLength: 5 },
  )
  .map((parts) => parts.map(({ name, encoding, data, rows }) => section(name, encoding, data, rows)));

describe('sections', () => {
  test('are described in one header', () => {
    fc.assert(
      fc.property(fc.array(anySectionInfo, { maxLength: 5 }), (infos) => {
        expect(decodeSectionInfos(encodeSectionInfos(infos))).toEqual(infos);
      }),
    );
  });

  test('are joined and split again, several of one name included', () => {
    fc.assert(
      fc.property(anySections, (sections) => {
        expect(splitSections(sections, joinSections(sections))).toEqual(sections);
      }),
    );
  });

  test('do not fit a payload of any other length', () => {
    fc.assert(
      fc.property(
        anySections,
        fc.integer({ min: -40, max: 40 }).filter((by) => by !== 0),
        (sections, by) => {
          const payload = joinSections(sections);
          fc.pre(payload.length + by >= 0);
          const other = new Uint8Array(payload.length + by);
          other.set(payload.subarray(0, other.length));
          expect(splitSections(sections, other)).toBeUndefined();
        },
      ),
    );
  });

  test('are views of the payload, not copies', () => {
    const payload = Uint8Array.from([1, 2, 3]);
    const [, second] = splitSections(
      [section('a', 'arrow', payload.subarray(0, 1), 1), section('b', 'arrow', payload.subarray(1), 1)],
      payload,
    )!;
    payload[1] = 9;
    expect([...second!.data]).toEqual([9, 3]);
  });

  test('count their rows by name', () => {
    const one = new Uint8Array(1);
    expect(
      rowsOf([section('ok', 'arrow', one, 2), section('late', 'arrow', one, 5), section('ok', 'arrow', one, 4)], 'ok'),
    ).toBe(6);
    expect(rowsOf([], 'ok')).toBe(0);
  });
});
