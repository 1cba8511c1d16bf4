/** A rehearsal: work of a task done in a process of its own and thrown away, to see whether a process lives through it. */
import type { Section } from '#frame/sections';
import type { InputFrame, StepLimits } from '#frame/step';
import type { Outcome, RowRange } from './narrowing.js';

export type Rehearsal =
  /** A step over a batch. */
  | {
      readonly kind: 'batch';
      readonly task: string;
      readonly frames: readonly InputFrame[];
      readonly limits: StepLimits;
    }
  /** A step over some rows of a frame. */
  | {
      readonly kind: 'rows';
      readonly task: string;
      readonly frame: InputFrame;
      readonly range: RowRange;
      readonly limits: StepLimits;
    }
  /** Finds the events of front messages. */
  | { readonly kind: 'place'; readonly task: string; readonly messages: readonly Uint8Array[] }
  /** Makes the data files of a commit. */
  | { readonly kind: 'commit'; readonly task: string; readonly sections: readonly Section[] };

/** Work that throws is lived through: then the outcome is `failed`. */
export interface Rehearsals {
  /** One at a time in a process. @param msMax work that takes longer counts as a death */
  attempt(rehearsal: Rehearsal, msMax: number): Promise<Outcome>;
  /** No more rehearsals for now. */
  rest(): void;
}
