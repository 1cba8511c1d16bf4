/** What the doctor says: one thing that is wrong, and what to do about it. */

export type Severity = 'error' | 'warning';

export interface Trouble {
  /** The stream, task, table, file … that has it. */
  readonly subject: string;
  /** What is wrong, without the subject. */
  readonly message: string;
  readonly remedy: string;
  /** Where it is not that of its check. */
  readonly severity?: Severity;
}

export interface Finding extends Trouble {
  /** Of the check. */
  readonly id: string;
  readonly severity: Severity;
}
