/**
 * The formats of ajv-formats, each in time linear in the text: their patterns run on RE2's automata, and where one looks ahead,
 * what it looks for is asked apart. Those that are functions are linear as they are: dates and times have one open count; uri and byte
 * repeat classes that exclude what may follow them, so that nothing is gone over twice (900 KB take 20 ms); regex only parses.
 */
import type { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { type LinearPattern, linearPattern } from '../patterns/linear-pattern.js';
import { Unrunnable } from '../patterns/pattern-to-re2.js';
import type { Work } from '../values/work.js';

type Test = (text: string) => boolean;

const numbers = (from: number, to: number, ...without: number[]): string =>
  `(?:${Array.from({ length: to - from + 1 }, (_, i) => from + i)
    .filter((n) => !without.includes(n))
    .join('|')})`;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const word = '[a-z0-9\\u{a1}-\\u{ffff}]';
const byte = '(?:1?\\d{1,2}|2[0-4]\\d|25[0-5])';
/** The first two numbers of an address that is not private, loopback or link-local. */
const publicStart = [
  `${numbers(1, 223, 10, 127, 169, 172, 192)}\\.${byte}`,
  `169\\.(?:${numbers(0, 255, 254)}|0\\d)`,
  `192\\.(?:${numbers(0, 255, 168)}|0\\d)`,
  `172\\.(?:${numbers(0, 255, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)}|0\\d)`,
].join('|');
const address = `(?:${publicStart})\\.${byte}\\.(?:[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-4])`;
const host = `(?:${word}+-)*${word}+(?:\\.(?:${word}+-)*${word}+)*\\.[a-z\\u{a1}-\\u{ffff}]{2,}`;

/** Patterns without the looks ahead of the originals; these are the conditions beside them. */
const rewritten: Readonly<
  Record<string, { readonly pattern: string; readonly unicode?: boolean; readonly also?: Test }>
> = {
  duration: {
    pattern: '^P(?:(?:\\d+Y)?(?:\\d+M)?(?:\\d+D)?(?:T(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?)?|(?:\\d+W)?)$',
    also: (text) => text !== 'P' && !text.endsWith('T'),
  },
  hostname: {
    pattern: `^${label}(?:\\.${label})*\\.?$`,
    also: (text) => text.length <= 253 || (text.length === 254 && text.endsWith('.')),
  },
  url: {
    pattern: `^(?:https?|ftp):\\/\\/(?:\\S+(?::\\S*)?@)?(?:${address}|${host})(?::\\d{2,5})?(?:\\/\\S*)?$`,
    unicode: true,
  },
};

export function addLinearFormats(ajv: Ajv2020, { spend }: Work): void {
  addFormats.default(ajv);
  for (const [name, format] of Object.entries(fullFormats)) {
    const { pattern, unicode = false, also = () => true } = rewritten[name] ?? {};
    const source = pattern ?? (format instanceof RegExp ? format.source : undefined);
    if (source === undefined) {
      const walk = typeof format === 'object' && 'validate' in format && !('type' in format) ? format.validate : format;
      if (typeof walk === 'function') ajv.addFormat(name, counted(walk as Test, spend));
      continue;
    }
    const ignoreCase = format instanceof RegExp && format.flags.includes('i');
    let compiled: LinearPattern | undefined;
    ajv.addFormat(name, (text: string) => {
      // Most contracts use none of them, and some take milliseconds to compile.
      compiled ??= runnable(name, linearPattern(source, { unicode, ignoreCase }));
      spend(text.length * compiled.steps);
      return also(text) && compiled.test(text);
    });
  }
}

function counted(test: Test, spend: Work['spend']): Test {
  return (text) => {
    spend(text.length);
    return test(text);
  };
}

function runnable(name: string, pattern: LinearPattern | Unrunnable): LinearPattern {
  if (pattern instanceof Unrunnable) throw new TypeError(`the format ${name} ${pattern.message}`);
  return pattern;
}
