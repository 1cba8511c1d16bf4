/** A lake whose store is slow, or full: commits wait or fail and are made again, memory stays bounded, and no row is missing or there twice. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { StoreProxy } from '../faults/world/network/store-proxy.js';
import { SmallDisk } from '../faults/world/servers/small-disk.js';
import { s3StartMsMax, startS3 } from '../support/ceph.js';
import { makeTempDir } from '../support/temp-dir.js';
import { BoundedRun } from './support/bounded-run.js';
import { expectBounded } from './support/expect-bounded.js';

const undo: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (let next = undo.pop(); next; next = undo.pop()) await next();
});

const runMsMax = 180_000;
const count = 30_000;
const whole = { rows: count, ids: count, merged: count, windowed: count };

test(
  'a store that takes half a second for each request',
  async () => {
    const s3 = await startS3();
    undo.push(() => s3.stop());
    const proxy = await StoreProxy.start(s3.endpoint);
    undo.push(() => proxy.close());
    const { endpoint, region, accessKeyId, secretAccessKey } = s3;
    const run = await BoundedRun.open({
      name: 'slow-store',
      frontBytesMax: '64MiB',
      env: {
        AFL_S3_ENDPOINT: proxy.endpoint,
        AFL_S3_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      lakeUrl: `s3://${s3.bucket}/lake`,
      store: { s3: { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true } },
    });
    undo.push(() => run.close());
    proxy.begin({ kind: 'slow', delayMs: 500 });
    await run.publish(count);
    await run.drained(runMsMax);
    expect(proxy.troubled).toBeGreaterThan(10);
    proxy.repair();
    expect(await run.counts()).toEqual(whole);
    expectBounded(run);
  },
  runMsMax + s3StartMsMax,
);

test(
  'a disk that is full until somebody makes room',
  async () => {
    const work = makeTempDir('small-lake');
    undo.push(() => work.remove());
    const disk = SmallDisk.mount(join(work.path, 'disk'), 64);
    undo.push(() => disk.unmount());
    const run = await BoundedRun.open({
      name: 'full-disk',
      frontBytesMax: '64MiB',
      env: {},
      lakeUrl: `file:${join(disk.path, 'lake')}`,
    });
    undo.push(() => run.close());
    disk.fill();
    await run.publish(count);
    while (!run.fleet.log('lake-writer').includes('ENOSPC')) await sleep(50);
    await sleep(1_000);
    disk.empty();
    await run.drained(runMsMax);
    expect(await run.counts()).toEqual(whole);
    expectBounded(run);
  },
  runMsMax,
);
