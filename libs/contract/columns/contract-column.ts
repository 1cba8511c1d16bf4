/** A column of a contract: its place in every layer and how it gets its values. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Store } from '../values/stored.js';

export interface ContractColumn extends ColumnSpec {
  /** Where the event has the value: the names of the objects around it, mostly none, and its own. */
  readonly within: readonly string[];
  readonly member: string;
  readonly store: Store;
  /** True when the column holds JSON text. */
  readonly json: boolean;
}
