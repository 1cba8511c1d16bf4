/** What happened in a run, for people: virtual time, who, what. Writing it changes nothing. */
import type { Owner, Timeline } from '../model/timeline.js';
import { startMs } from '../time/virtual-time.js';

export class History {
  readonly lines: string[] = [];

  constructor(
    private readonly time: Timeline,
    private readonly wanted: boolean,
  ) {}

  /** @param what is only made when somebody reads it */
  note(who: Owner | string, what: () => string): void {
    if (!this.wanted) return;
    const name = typeof who === 'string' ? who : who.name;
    this.lines.push(`${((this.time.nowMs - startMs) / 1000).toFixed(4).padStart(9)} ${name.padEnd(14)} ${what()}`);
  }
}
