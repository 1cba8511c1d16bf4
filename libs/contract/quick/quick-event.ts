/** An event that keeps its contract and was read quickly; holds until the next one is. */
import type { Stored } from '../values/stored.js';
import type { QuickReader } from './quick-reader.js';

export class QuickEvent {
  readonly ok = true as const;
  id: string | undefined;
  eventTimeUs: number | undefined;

  constructor(
    private readonly reader: QuickReader,
    private readonly columns: number,
    private readonly keyAt: number,
  ) {}

  get key(): string | undefined {
    return this.keyAt < 0 ? undefined : String(this.reader.value(this.keyAt).stored());
  }

  get row(): readonly Stored[] {
    return Array.from({ length: this.columns }, (_, at) => this.reader.value(at).stored());
  }
}
