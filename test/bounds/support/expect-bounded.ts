/** The bound that docs/settings.md states for every service, checked after a run. */
import { expect } from '@jest/globals';
import type { Service } from '#stages/topology/topology';
import type { BoundedRun } from './bounded-run.js';

/** What a service needs at most, besides state that grows with keys and ids; and with messages nearly as large as NATS takes them. */
const memoryMebibytesMax = 512;
export const largeMebibytesMax = 768;

/** @param unbounded services for which another run says what they may take */
export function expectBounded(
  run: BoundedRun,
  unbounded: readonly Service[] = [],
  mebibytesMax = memoryMebibytesMax,
): void {
  const peaks = run.peaks();
  process.stdout.write(`peak memory, MiB: ${JSON.stringify(peaks)}\n`);
  for (const [service, mebibytes] of Object.entries(peaks))
    if (!unbounded.some((name) => name === service))
      expect({ service, mebibytes, fits: mebibytes <= mebibytesMax }).toMatchObject({ fits: true });
  expect(run.fleet.deaths).toEqual([]);
}
