/** What a quick reader asks of the value of one property. It is used again for each event. */
import type { AnyBuilder } from '#columns/build/builder-of';
import type { Stored } from '../values/stored.js';

export interface QuickValue {
  /** Whether the event has no value, or null. */
  isNull: boolean;
  /**
   * Reads the value that begins at `at`, and is no null.
   * @returns where the byte behind it stands; `unusual` when the exact reader must look
   */
  read(bytes: Buffer, at: number, end: number): number;
  /** Puts the value, or null, into the builder of its column. */
  appendTo(builder: AnyBuilder): void;
  /** The value as the exact reader has it. */
  stored(): Stored;
}
