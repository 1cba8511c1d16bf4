/** What a check found: counts that must be zero, with a few examples of each for people. */

export const findingKinds = [
  'lost',
  'duplicated',
  'unexpected',
  'orderBreaks',
  'windowDifferences',
  'chainBreaks',
  'replicaDifferences',
  'readerErrors',
] as const;

export type FindingKind = (typeof findingKinds)[number];

export type Findings = Readonly<Record<FindingKind, number>> & { readonly examples: readonly string[] };

/** One thing that is wrong, with the ids or sequences that show it. */
export interface Finding {
  readonly kind: FindingKind;
  /** `silver_orders: 3-14 is missing (front sequence 77)` */
  readonly text: string;
}

const examplesMax = 8;

export function found(kind: FindingKind, text: string): Finding {
  return { kind, text };
}

export function countFindings(findings: Iterable<Finding>): Findings {
  const counts = Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Record<FindingKind, number>;
  const examples: string[] = [];
  for (const { kind, text } of findings) if (++counts[kind] <= examplesMax) examples.push(`${kind}: ${text}`);
  return { ...counts, examples };
}

/** Findings of two checks of the same run. */
export function addFindings(a: Findings, b: Findings): Findings {
  const counts = Object.fromEntries(findingKinds.map((kind) => [kind, a[kind] + b[kind]])) as Record<
    FindingKind,
    number
  >;
  return { ...counts, examples: [...a.examples, ...b.examples] };
}

export function isClean(findings: Findings): boolean {
  return findingKinds.every((kind) => findings[kind] === 0);
}
