/** The bound that README.md states for every service, checked after a run. */
import { expect } from '@jest/globals';
import type { BoundedRun } from './bounded-run.js';

/** What a service needs at most, besides state that grows with keys and ids. */
const memoryMebibytesMax = 512;

export function expectBounded(run: BoundedRun): void {
  const peaks = run.peaks();
  process.stdout.write(`peak memory, MiB: ${JSON.stringify(peaks)}\n`);
  for (const [service, mebibytes] of Object.entries(peaks)) expect({ service, mebibytes, fits: mebibytes <= memoryMebibytesMax }).toMatchObject({ fits: true });
  expect(run.fleet.deaths).toEqual([]);
}
