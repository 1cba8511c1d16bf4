/** A column of a contract: its place in every layer and how it gets its values. */
import type { ColumnSpec } from '#columns/column-spec';
import type { Store } from './stored.js';

export interface ContractColumn extends ColumnSpec {
  readonly store: Store;
  /** True when the column holds JSON text. */
  readonly json: boolean;
}
