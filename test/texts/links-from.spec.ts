/** A link that begins at the root of the repository leads to the same place from every document. */
import { expect, test } from '@jest/globals';
import { linksFrom } from './links-from.js';

test.each([
  ['README.md', 'a ([docs/x.md](docs/x.md))', 'a ([docs/x.md](docs/x.md))'],
  ['docs/y.md', 'a ([docs/x.md](docs/x.md))', 'a ([x.md](x.md))'],
  [
    'docs/runbooks/y.md',
    'see [X](docs/x.md#part) and [Y](README.md)',
    'see [X](../x.md#part) and [Y](../../README.md)',
  ],
  ['docs/x.md', 'see [X](docs/x.md#part).', 'see [X](#part).'],
])('in %s, "%s"', (document, text, there) => {
  expect(linksFrom(document, text)).toBe(there);
});

test('what only leads to the document itself is left out', () => {
  expect(linksFrom('docs/x.md', 'nothing is traced ([docs/x.md](docs/x.md)), or is')).toBe('nothing is traced, or is');
});

test('addresses of the web stay', () => {
  expect(linksFrom('docs/x.md', '[NATS](https://nats.io/a.md)')).toBe('[NATS](https://nats.io/a.md)');
});
