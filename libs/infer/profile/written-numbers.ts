/** Numbers in texts that have other marks than JSON's. */
import { plainNumbers } from '#contract/writing/numbers';
import type { Way } from './ways-alive.js';

const marks = [
  { decimal: ',', thousands: '.' },
  { decimal: '.', thousands: ',' },
];
const readers = marks.map(({ decimal, thousands }) =>
  plainNumbers({ 'x-decimal': decimal, 'x-thousands': thousands }, false),
);

/** A way to write numbers, and what the numbers at one place have in common when they are written so. */
export class NumberWay implements Way<string> {
  /** The most digits in front of the decimal mark, and behind it. */
  digitsBefore = 0;
  digitsBehind = 0;
  hasThousands = false;

  private constructor(
    readonly decimal: string,
    readonly thousands: string,
    private readonly plain: (text: string) => string | undefined,
  ) {}

  static all(): NumberWay[] {
    return marks.map(({ decimal, thousands }, at) => new NumberWay(decimal, thousands, readers[at]!));
  }

  get family(): string {
    return this.decimal;
  }

  read(text: string): string | undefined {
    // Zeros in front have codes and telephone numbers.
    const plain = /^-?0\d/.test(text) ? undefined : this.plain(text);
    if (plain === undefined) return undefined;
    const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
    this.digitsBefore = Math.max(this.digitsBefore, whole === '0' ? 0 : whole.length);
    this.digitsBehind = Math.max(this.digitsBehind, fraction.length);
    this.hasThousands ||= plain.length < text.length;
    return plain;
  }
}
