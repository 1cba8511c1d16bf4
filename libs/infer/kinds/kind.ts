/** What the values at a place are, as far as a contract can say. */

export type EpochUnit = 's' | 'ms' | 'us';

export type Kind =
  /** Nothing but null was there. */
  | { readonly is: 'nothing' }
  | { readonly is: 'text' }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'date-time' }
  | { readonly is: 'date' }
  | { readonly is: 'uuid' }
  | { readonly is: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly is: 'integer' }
  /** Integers that count time since the epoch. */
  | { readonly is: 'epoch'; readonly unit: EpochUnit }
  | { readonly is: 'number' }
  | { readonly is: 'boolean' }
  | { readonly is: 'object' }
  | { readonly is: 'list' }
  /** Values of several JSON types. */
  | { readonly is: 'mixed'; readonly types: readonly string[] };
