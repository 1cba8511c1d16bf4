/** What a run found: counts by kind, and some examples of each. */

/** Each is something that must not be. */
export const findingKinds = {
  answers: 'NATS stored what it had to refuse, or the other way round',
  lost: 'a stored message of which bronze has no row',
  extra: 'a row of bronze that no message explains',
  doubled: 'a place of a message that a table has twice',
  changed: 'payload, subject, or headers that bronze has not byte for byte',
  split: 'a free mutation whose events are not pieces of it, in order',
  missing: 'an event in neither silver nor quarantine that is no duplicate of another',
  both: 'an event in silver and in quarantine',
  fates: 'an event that ended elsewhere than it must',
  values: 'a row of silver that says something else than its event',
  quotes: 'a message of the quarantine that quotes another event',
  windows: 'a window of gold that is not what silver adds up to',
} as const;

export type FindingKind = keyof typeof findingKinds;

const examplesMax = 40;

export class Findings {
  readonly counts: Record<FindingKind, number> = Object.fromEntries(
    Object.keys(findingKinds).map((kind) => [kind, 0]),
  ) as Record<FindingKind, number>;
  readonly examples: Array<{ readonly finding: FindingKind; readonly what: unknown }> = [];

  add(kind: FindingKind, what: unknown, times = 1): void {
    this.counts[kind] += times;
    if (this.examples.filter(({ finding }) => finding === kind).length < examplesMax)
      this.examples.push({ finding: kind, what });
  }

  get clean(): boolean {
    return Object.values(this.counts).every((count) => count === 0);
  }
}
