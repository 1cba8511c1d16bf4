/** The formats say of every text what ajv-formats says, and take no longer than the text is long. */
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import fc from 'fast-check';
import { Work } from '../values/work.js';
import { addLinearFormats } from './linear-formats.js';

fc.configureGlobal({ seed: 7 });

const patterns = Object.entries(fullFormats).flatMap(([name, format]) =>
  format instanceof RegExp ? [[name, format] as const] : [],
);
const work = new Work();
const ajv = new Ajv2020({ strict: true });
addLinearFormats(ajv, work);

function keeps(format: string, text: string): boolean {
  work.begin();
  return ajv.compile({ type: 'string', format })(text) === true;
}

const examples: Record<string, RegExp> = {
  duration: /^P\d{0,2}[YMDTW]{0,2}\d?[HMSW]?$/,
  'uri-reference': /^(https?:)?(\/\/)?[a-z0-9.@:[\]%A]{0,9}[/?#][a-z%2F]{0,4}$/,
  'uri-template': /^[a-z]{0,2}\{[+#]?[a-z,]{0,3}(:[0-9]{1,2})?\*?\}[a-z%]{0,2}$/,
  url: /^(http|ftp|https):\/\/([a-z:]{1,3}@)?(10|127|169|192|172|8|223|224)\.(16|31|32|168|169|254|0|016)\.[0-9]{1,3}\.(0|1|254|255|7)(:80)?(\/[a-z]?)?$/,
  email: /^[a-zA-Z.'-]{1,4}@[a-z0-9-]{1,3}\.[a-z-]{1,3}$/,
  hostname: /^[a-zA-Z0-9.-]{1,9}$/,
  ipv4: /^(25[0-9]|0?[0-9]{1,2})\.[0-9]{1,3}\.[0-9]\.1$/,
  ipv6: /^([0-9a-fA-F]{0,4}:){1,8}([0-9a-f]{1,4}|1\.2\.3\.4)?$/,
  uuid: /^(urn:uuid:)?[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-g]{12}$/,
  'json-pointer': /^(\/[a~01]{0,3}){0,3}$/,
  'json-pointer-uri-fragment': /^#(\/[a~01%2F]{0,3}){0,3}$/,
  'relative-json-pointer': /^[0-9]{1,2}(#|(\/[a~01]{0,3}){0,3})$/,
};

describe('a format', () => {
  test.each(patterns)('%s agrees with its pattern', (name, native) => {
    const likely = fc.stringMatching(examples[name]!);
    const validate = ajv.compile({ type: 'string', format: name });
    fc.assert(
      fc.property(
        fc.oneof(
          { weight: 8, arbitrary: likely },
          fc.string({ unit: 'grapheme' }),
          likely.map((text) => text.toUpperCase()),
        ),
        (text) => {
          work.begin();
          expect([text, validate(text)]).toEqual([text, native.test(text)]);
        },
      ),
      { numRuns: 400 },
    );
  });

  test.each([
    ['hostname', `${'a.'.repeat(126)}a`, true],
    ['hostname', `${'a.'.repeat(126)}a.`, true],
    ['hostname', `${'a.'.repeat(126)}ab`, false],
    ['duration', 'P', false],
    ['duration', 'P1DT', false],
    ['duration', 'PT5S', true],
    ['url', 'http://192.168.1.1', false],
    ['url', 'http://192.168.1.1.example.com/x', true],
    ['url', 'https://água.example/é', true],
    ['email', 'a@b.cd', true],
  ])('%s of %.20s is %s', (name, text, answer) => {
    expect(keeps(name, text)).toBe(answer);
    expect((fullFormats as Record<string, RegExp>)[name]?.test(text)).toBe(answer);
  });

  test.each(
    Object.keys(fullFormats).filter(
      (name) => !['int32', 'int64', 'float', 'double', 'password', 'binary'].includes(name),
    ),
  )('%s takes little time for a long text', (name) => {
    const validate = ajv.compile({ type: 'string', format: name });
    for (const part of ['a', '1', '-', 'a.', 'a@', '/', ':', '%', '[', 'a-', '2026-01-01T', '((']) {
      const startedMs = performance.now();
      for (const start of ['', 'http://', 'a@', 'P', '#/', '{']) {
        work.begin();
        try {
          validate(start + part.repeat(4_000));
        } catch (error) {
          expect(error).toMatchObject({ name: 'TooComplexError' });
        }
      }
      expect([name, part, performance.now() - startedMs < 3_000]).toEqual([name, part, true]);
    }
  });
});
