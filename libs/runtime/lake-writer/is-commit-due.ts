/** When what a table waits with is committed, decided from facts alone. */
import type { CommitRule } from '#pipeline/model/model';

export interface WaitingRows {
  /** At least one. */
  readonly rows: number;
  readonly bytes: number;
  /** How long the oldest has waited. */
  readonly ageMs: number;
  /** Whether nothing more is to be expected for now. */
  readonly quiet: boolean;
}

/** @param bytesMax what the table may hold */
export function isCommitDue({ rows, bytes, ageMs, quiet }: WaitingRows, rule: CommitRule, bytesMax: number): boolean {
  if (rows >= rule.rows || bytes >= Math.min(rule.bytes, bytesMax) || ageMs >= rule.latestMs) return true;
  return bytes >= rule.leastBytes && (quiet || ageMs >= rule.everyMs);
}
