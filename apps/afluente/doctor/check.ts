/** A check of the doctor: a pure function from facts to what is wrong. */
import type { Facts } from './facts.js';
import type { Severity, Trouble } from './finding.js';

export interface Check {
  /** Kebab-case, stable: scripts may look for it. */
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, for people. */
  readonly finds: string;
  /** Says nothing about what could not be looked at: another check does. */
  find(facts: Facts): readonly Trouble[];
}
