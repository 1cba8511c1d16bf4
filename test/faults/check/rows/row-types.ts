/** Rows as the checks see them: who they are, where they stand, and one text of all their values. */
import type { OrderedRow } from './order-breaks.js';

export interface BronzeRow {
  /** Front sequence, and place of the event inside the message. */
  readonly seq: number;
  readonly index: number;
  readonly msgId: string | null;
  /** MD5 of the payload, hex. */
  readonly digest: string;
}

export interface QuarantineRow {
  readonly seq: number;
  readonly index: number;
  readonly reason: string;
}

export interface SilverRow {
  readonly seq: number;
  readonly index: number;
  readonly orderId: string;
  readonly customer: string;
  /** Only the second version of the pipeline gives it to some rows. */
  readonly sizeClass: string | null;
  /** All columns of the pipeline as text. */
  readonly values: string;
}

/** A row of an enriched log. */
export type EnrichedRow = OrderedRow & Pick<SilverRow, 'sizeClass'>;

/** One published value of a window. */
export interface ResultRow {
  readonly window: string;
  /** Epoch ms. */
  readonly startMs: number;
  readonly key: string | null;
  readonly revision: number;
  /** The measures as text. */
  readonly values: string;
}

/** Names an event by its place in the front stream. */
export function placeOf({ seq, index }: { readonly seq: number; readonly index: number }): string {
  return `${seq}.${index}`;
}
