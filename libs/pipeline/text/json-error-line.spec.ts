/** The scanner agrees with JSON.parse on where JSON ends. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonErrorLine } from './json-error-line.js';

fc.configureGlobal({ seed: 1 });

describe('the line of a JSON error', () => {
  test.each<[string, number]>([
    ['', 1],
    ['{\n"a": 1\n', 3],
    ['{\n"a": 1,\n}', 3],
    ['[1,\n2\n3]', 3],
    ['{"a"\n1}', 2],
    ['[\n"\u0001"]', 2],
    ['{}\n{}', 2],
    ['[\n01]', 2],
  ])('of %j is %d', (text, line) => {
    expect(jsonErrorLine(text)).toBe(line);
  });

  test('is the last line of any JSON text, for there is none', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const pretty = JSON.stringify(JSON.parse(text), undefined, 1);
        expect(jsonErrorLine(pretty)).toBe(pretty.split('\n').length);
      }),
    );
  });
});
