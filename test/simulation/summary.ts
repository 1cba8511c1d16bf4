/** What many seeds add up to: the line that the simulation ends with. */
import { addFindings, countFindings, type Findings, isClean } from '../faults/check/findings.js';
import type { SeedResult } from './run-seed.js';

const failedListedMax = 20;

export class Summary {
  seeds = 0;
  faults = 0;
  events = 0;
  drainSecondsMax = 0;
  cpuMs = 0;
  findings: Findings = countFindings([]);
  readonly failed: number[] = [];

  add({ seed, settings, findings, drainSeconds, cpuMs }: SeedResult): void {
    this.seeds++;
    this.faults += settings.faults;
    this.events += settings.events;
    this.cpuMs += cpuMs;
    if (drainSeconds > this.drainSecondsMax) this.drainSecondsMax = drainSeconds;
    if (isClean(findings)) return;
    this.failed.push(seed);
    this.findings = addFindings(this.findings, { ...findings, examples: [] });
  }

  /** One line of JSON. */
  line(more: object): string {
    const { examples: _, ...counts } = this.findings;
    const failed = this.failed.toSorted((a, b) => a - b);
    return JSON.stringify({
      seeds: this.seeds,
      failedSeeds: failed.length,
      failed: failed.slice(0, failedListedMax),
      events: this.events,
      faults: this.faults,
      ...counts,
      drainSecondsMax: Math.round(this.drainSecondsMax * 10) / 10,
      cpuMsPerSeed: Math.round(this.cpuMs / this.seeds),
      ...more,
    });
  }
}
