/** Headers of CloudEvents are read as the binding writes them, and as earlier versions of it did. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { headerText } from './header-text.js';

fc.configureGlobal({ seed: 7 });

test.each([
  ['order.created', 'order.created'],
  [' /shop/1 ', '/shop/1'],
  ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
  ['%e2%82%ac%41', '€A'],
  ['S\u00e3o Paulo', 'S\u00e3o Paulo'],
  ['"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
  ['"100%25"', '100%'],
  ['100%', '100%'],
  ['%zz%2', '%zz%2'],
  ['%2541', '%41'],
  ['"', '"'],
  ['', ''],
])('%j stands for %j', (value, text) => expect(headerText(value)).toBe(text));

test.each(['%C0%A0', '%ff', 'a%E2%82', '%ED%A0%80'])('%s is no text', (value) =>
  expect(headerText(value)).toBeUndefined(),
);

test('what is encoded comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = [...text].map((character) =>
        /[!#$&-~]/.test(character) ? character : encodeURIComponent(character),
      );
      expect(headerText(encoded.join(''))).toBe(text);
    }),
  );
});
