/** Fills in what a case cannot write down: times around now, numbers that count, and long lists. */

export interface FillIn {
  /** Epoch ms. */
  readonly nowMs: number;
  /** How many messages of the line went before. */
  readonly n: number;
}

const msOf: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const list = /«(\d+) × ([^»]*)»/g;
const time = /\{\{now(?:([+-]\d+)([smhd]))?\}\}/g;
const count = /\{\{n(?:\/(10+))?\}\}/g;

/**
 * `{{now}}`, `{{now-2m}}`, `{{now+3h}}`: RFC 3339, UTC. `{{n}}`: the count; `{{n/100}}`: the count with two digits behind the point.
 * `«500 × "f#": #»`: the text so many times, with commas between, `#` counting from 0.
 */
export function filled(text: string, { nowMs, n }: FillIn): string {
  return withLists(text)
    .replace(time, (_, amount: string | undefined, unit: string | undefined) =>
      new Date(nowMs + Number(amount ?? 0) * (msOf[unit ?? 's'] ?? 0)).toISOString(),
    )
    .replace(count, (_, divisor: string | undefined) =>
      divisor === undefined ? String(n) : (n / Number(divisor)).toFixed(divisor.length - 1),
    );
}

export function withLists(text: string): string {
  return text.replace(list, (_, times: string, item: string) =>
    Array.from({ length: Number(times) }, (_, i) => item.replaceAll('#', String(i))).join(','),
  );
}
