/** A question to the lake whose rows are findings, or feed another check. */
import type { Ask, Row } from '../../e2e/support/lake.js';
import type { SourceName } from '../workload/hostile-message.js';

export type { Ask, Row };

export interface Scope {
  readonly ask: Ask;
  readonly source: SourceName;
}

export const sources: readonly SourceName[] = ['orders', 'texts', 'loose'];

/** Rows that show a finding: enough to look at. */
export const rowsShown = 40;
