/** One way in which others change what Afluente made or relies on, and how it is done for real. */
import type { Service } from '#stages/topology/topology';
import type { Field } from './field.js';

export const changes = ['deleted', 'purged', 'recreated', 'settings changed', 'limit reached'] as const;
export type Change = (typeof changes)[number];

export interface GroundCase {
  /** Row and column of the table in docs/ground.md. */
  readonly thing: string;
  readonly change: Change;
  /** One of several changes that share a cell, e.g. of a setting. */
  readonly variant?: string;
  /** What the field has besides a source of its own. */
  readonly needs?: FieldNeeds;
  does(field: Field): Promise<unknown>;
  /** What the reason must say, besides what stands in the cell. */
  readonly says?: string;
  /** What a wait ends by, or what the runbook says of a halt; then the services start again. */
  repairs?(field: Field): Promise<unknown>;
  /** Done when everything stands still, right before all processes are killed. */
  beforeStart?(field: Field): Promise<unknown>;
  /** Killed after the change: what the next process finds counts. */
  readonly kills?: readonly Service[];
  /** Where the wait can be seen when the board of tasks is what fails. */
  readonly seenBy?: 'readyz';
  /** Table that nobody can read afterwards. */
  readonly unreadable?: 'bronze' | 'silver';
}

export interface FieldNeeds {
  readonly window?: true;
  /** The source reads a stream of the user's, made with these settings. */
  readonly stream?: Readonly<Record<string, unknown>>;
}

export const cellOf = ({ thing, change }: Pick<GroundCase, 'thing' | 'change'>): string => `${thing} | ${change}`;
export const titleOf = (one: GroundCase): string =>
  `${one.thing}, ${one.change}${one.variant === undefined ? '' : ` (${one.variant})`}`;
