/** When a part stands still or is slow, logs fill up to their size, producers hear of it, memory stays bounded, and all of it drains by itself. */
import { afterEach, expect, test } from '@jest/globals';
import { BoundedRun } from './support/bounded-run.js';
import { memoryMebibytesMax } from './support/memory-bound.js';

let run: BoundedRun | undefined;
afterEach(async () => {
  await run?.close();
  run = undefined;
});

const bytes = 1024 * 1024;
/** As small as logs may be, so that they fill soon. */
const smallLogs = { AFL_LOG_BYTES_MAX: String(8 * bytes) };
/** NATS's own answer to a producer whose stream is full. */
const full = /"err_code":10077,"description":"maximum bytes exceeded"/;
const runMsMax = 180_000;

function expectBounded(of: BoundedRun): void {
  const peaks = of.peaks();
  process.stdout.write(`peak memory, MiB: ${JSON.stringify(peaks)}\n`);
  for (const [service, mebibytes] of Object.entries(peaks)) expect([service, mebibytes <= memoryMebibytesMax]).toEqual([service, true]);
  expect(of.fleet.deaths).toEqual([]);
}

const whole = (count: number) => ({ rows: count, ids: count, merged: count, windowed: count });

test('a lake-writer that stands still: logs fill, producers are refused, and afterwards nothing is missing or there twice', async () => {
  run = await BoundedRun.open({ name: 'stopped-lake', frontBytesMax: '8MiB', env: smallLogs });
  run.fleet.pause('lake-writer');
  const count = 120_000;
  const published = run.publish(count);
  await run.refused(60_000);
  expect(run.refusals.last).toMatch(full);
  run.fleet.resume('lake-writer');
  await published;
  await run.drained(runMsMax);
  expect(await run.counts()).toEqual(whole(count));
  expectBounded(run);
}, runMsMax);
