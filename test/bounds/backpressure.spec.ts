/** A part that stands still or is too slow: logs fill up to their size, producers hear of it, memory stays bounded, and all of it drains by itself. */
import { afterEach, expect, test } from '@jest/globals';
import type { LogStage } from '#frame/log-name';
import type { Service } from '#stages/topology/topology';
import { BoundedRun } from './support/bounded-run.js';
import { expectBounded } from './support/expect-bounded.js';

let run: BoundedRun | undefined;
afterEach(async () => {
  await run?.close();
  run = undefined;
});

/** A server that takes small messages only lets logs be small too, and they fill soon. */
const payloadBytesMax = 128 * 1024;
const smallLogs = { AFL_LOG_BYTES_MAX: String(8 * payloadBytesMax) };
/** Earlier servers delete the oldest message of a full stream now and then, read or not: then ingest halts, as it must. */
const version = '2.10';
/** NATS's own answer to a producer whose stream is full. */
const full = /"err_code":10077,"description":"maximum bytes exceeded"/;
const runMsMax = 180_000;
const count = 45_000;

test.each<[Service, LogStage]>([
  ['lake-writer', 'raw'],
  ['aggregate', 'enriched'],
  ['validate', 'raw'],
])(
  '%s stands still: %s logs fill, producers are refused, and afterwards nothing is missing or there twice',
  async (service, stage) => {
    run = await BoundedRun.open({
      name: `stopped-${service}`,
      frontBytesMax: '2MiB',
      env: smallLogs,
      version,
      payloadBytesMax,
    });
    run.fleet.pause(service);
    const published = run.publish(count);
    await run.filled(stage, 60_000);
    await run.refused(60_000);
    expect(run.refusals.last).toMatch(full);
    run.fleet.resume(service);
    await published;
    await run.drained(runMsMax);
    expect(await run.counts()).toEqual({ rows: count, ids: count, merged: count, windowed: count });
    expectBounded(run);
  },
  runMsMax,
);

test(
  'a burst ten times what validate takes: it waits in NATS, not in memory',
  async () => {
    run = await BoundedRun.open({ name: 'burst', frontBytesMax: '1GiB', env: {} });
    const slow = slowDown(run, 'validate');
    await run.publish(count);
    expect(run.refusals.count).toBe(0);
    slow.end();
    await run.drained(runMsMax);
    expect(await run.counts()).toEqual({ rows: count, ids: count, merged: count, windowed: count });
    expectBounded(run);
  },
  runMsMax,
);

/** Lets a service run for a tenth of the time. */
function slowDown({ fleet }: BoundedRun, service: Service): { end(): void } {
  const [turnMs, runningMs] = [300, 30];
  let pausing: NodeJS.Timeout | undefined;
  fleet.pause(service);
  const turning = setInterval(() => {
    fleet.resume(service);
    pausing = setTimeout(() => fleet.pause(service), runningMs);
  }, turnMs);
  return {
    end: () => {
      clearInterval(turning);
      clearTimeout(pausing);
      fleet.resume(service);
    },
  };
}
