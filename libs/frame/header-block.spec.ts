/** Headers as producers send them, and as nobody should. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HeaderBlock } from './header-block.js';

fc.configureGlobal({ seed: 1 });

type Pair = readonly [name: string, value: string | undefined];
const block = new HeaderBlock();

/** In a larger buffer, as messages stand in what came from a socket. */
function read(bytes: Uint8Array): HeaderBlock {
  return block.read(Buffer.concat([bytes, Buffer.from('{"payload": 1}\r\n\r\n')]), bytes.length);
}
function pairsOf(bytes: string | Uint8Array): Pair[] {
  const { count, places } = read(Buffer.from(bytes));
  return Array.from(
    { length: count },
    (_, i) => [block.text(places[i * 4]!, places[i * 4 + 1]!), block.value(i)] as const,
  );
}
const written = (pairs: readonly Pair[]): string =>
  `NATS/1.0\r\n${pairs.map(([name, value]) => `${name}${value === undefined ? '' : `: ${value}`}\r\n`).join('')}\r\n`;

describe('a block of headers', () => {
  test('gives names and values as they were sent, repeated ones in order', () => {
    const text = fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed() && !/[\r\n\uF700-\uF7FF]/.test(s));
    const pair = fc.tuple(
      text.filter((s) => !s.includes(':')),
      text,
    );
    fc.assert(
      fc.property(
        fc.array(
          pair.filter(([name, value]) => name + value !== ''),
          { maxLength: 40 },
        ),
        (pairs) => expect(pairsOf(written(pairs))).toEqual(pairs),
      ),
    );
  });

  test.each<[string, string, Pair[]]>([
    ['no headers', '', []],
    ['nothing but the version', 'NATS/1.0\r\n\r\n', []],
    ['a name with a blank', 'NATS/1.0\r\ntest header: x\r\n\r\n', [['test header', 'x']]],
    ['a bare line feed', 'NATS/1.0\r\nX-Note: a\nb\r\n\r\n', [['X-Note', 'a\nb']]],
    ['a bare carriage return', 'NATS/1.0\r\nX-Note: a\rb\r\n\r\n', [['X-Note', 'a\rb']]],
    [
      'no blank, two blanks, and one behind',
      'NATS/1.0\r\na:1\r\nb:  2 \r\n\r\n',
      [
        ['a', '1'],
        ['b', ' 2 '],
      ],
    ],
    ['colons in the value', 'NATS/1.0\r\na: b:c: d\r\n\r\n', [['a', 'b:c: d']]],
    [
      'empty names and values',
      'NATS/1.0\r\n: x\r\na:\r\n:\r\n\r\n',
      [
        ['', 'x'],
        ['a', ''],
        ['', ''],
      ],
    ],
    [
      'a line without a colon',
      'NATS/1.0\r\nnothing\r\n  folded\r\n\r\n',
      [
        ['nothing', undefined],
        ['  folded', undefined],
      ],
    ],
    [
      'an empty line between',
      'NATS/1.0\r\n\r\na: 1\r\n\r\n',
      [
        ['', undefined],
        ['a', '1'],
      ],
    ],
    ['a status', 'NATS/1.0 503 No\r\n\r\n', [['NATS/1.0 503 No', undefined]]],
    ['no version', 'a: 1\r\n\r\n', [['a', '1']]],
    ['no end', 'NATS/1.0\r\na: 1', [['a', '1']]],
  ])('with %s is read', (_, bytes, pairs) => {
    expect(pairsOf(bytes)).toEqual(pairs);
  });

  test('keeps bytes that are no text', () => {
    expect(pairsOf(Buffer.from('NATS/1.0\r\nn\xff: caf\xe9\r\nok: ação\r\n\r\n', 'latin1'))).toEqual([
      ['n\uf7ff', 'caf\uf7e9'],
      ['ok', 'a\uf7e7\uf7e3o'],
    ]);
  });

  test('finds a header by its name, and without regard to case', () => {
    read(Buffer.from('NATS/1.0\r\nNats-Msg-Ids: no\r\nnats-msg-id: small\r\nNats-Msg-Id: 1\r\nNats-Msg-Id: 2\r\n\r\n'));
    expect(block.value(block.find(Buffer.from('Nats-Msg-Id')))).toBe('1');
    expect(block.value(block.findAnyCase(Buffer.from('nats-msg-id')))).toBe('small');
    expect(block.find(Buffer.from('x'))).toBe(-1);
  });

  test('gives a value without blanks around it as the bytes it has, or as text', () => {
    const trimmed = (text: string): unknown => {
      const span = read(Buffer.from(text, 'latin1')).trimmed(0);
      return typeof span === 'string' ? span : Buffer.from(span.bytes).subarray(span.start, span.end);
    };
    expect(trimmed('NATS/1.0\r\nid:  a b\t \r\n\r\n')).toEqual(Buffer.from('a b'));
    expect(trimmed('NATS/1.0\r\nid: \xe9 \r\n\r\n')).toBe('\uf7e9');
    for (const none of ['id', 'id:', 'id:   ']) expect(trimmed(`NATS/1.0\r\n${none}\r\n\r\n`)).toBe('');
  });

  test('never takes more room in a frame than it says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const bytes = Buffer.concat([Buffer.from('NATS/1.0\r\n'), noise, Buffer.from('\r\n:\r\n:\r\n\r\n')]);
        const stored = pairsOf(bytes).reduce((sum, [name, value = '']) => sum + Buffer.byteLength(name + value) + 8, 0);
        expect(stored).toBeLessThanOrEqual(read(bytes).storedBytesMax);
      }),
    );
  });
});
