/** What the values at a place are, as far as a contract can say. */

export type EpochUnit = 's' | 'ms' | 'us';

interface Pattern {
  /** As a contract writes it; without one they are as RFC 3339 writes them. */
  readonly pattern?: string;
  /** Of a pattern without offset. */
  readonly timeZone?: string;
}

/** Keywords of the contract. */
export interface Marks {
  readonly 'x-decimal': string;
  readonly 'x-thousands'?: string;
}

export type Kind =
  /** Nothing but null was there. */
  | { readonly is: 'nothing' }
  | { readonly is: 'text' }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | ({ readonly is: 'date-time' } & Pattern)
  | ({ readonly is: 'date' } & Pattern)
  | { readonly is: 'uuid' }
  | { readonly is: 'decimal'; readonly precision: number; readonly scale: number; readonly marks?: Marks }
  /** Texts that say yes and no. */
  | { readonly is: 'flag'; readonly yes: string; readonly no: string }
  | { readonly is: 'integer' }
  /** Integers that count time since the epoch. */
  | { readonly is: 'epoch'; readonly unit: EpochUnit }
  | { readonly is: 'number' }
  | { readonly is: 'boolean' }
  | { readonly is: 'object' }
  | { readonly is: 'list' }
  /** Values of several JSON types. */
  | { readonly is: 'mixed'; readonly types: readonly string[] };
