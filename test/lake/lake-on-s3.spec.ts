/** The store suite, racing writers and queries over a real S3 server. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { queryLake } from '#duckdb/query-lake';
import type { ObjectStore } from '#store/object-store';
import { openStore } from '#store/open-store';
import { S3Store } from '#store/s3-store';
import { AmbiguousWriteError } from '#store/store-errors';
import { type S3Server, startS3 } from '../support/ceph.js';
import { describeStore } from '../support/store-conformance.js';
import { CuttingProxy } from './cutting-proxy.js';
import { eventRows, openEvents, range } from './lake-fixture.js';

const startMsMax = 600_000;

describeStore('an S3 bucket', async () => {
  const server = await startS3();
  return { store: new S3Store(server.bucket, '', server), stop: () => server.stop() };
});

describe('a lake on S3', () => {
  let server: S3Server;
  let store: ObjectStore;
  beforeAll(async () => {
    server = await startS3();
    store = await openStore(`s3://${server.bucket}/some/lake/`, { s3: server });
  }, startMsMax);
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  test('keeps its keys under the prefix of its URL', async () => {
    await store.put('a/b', Buffer.from('x'));
    const whole = new S3Store(server.bucket, '', server);
    expect(await whole.get('some/lake/a/b')).toBeDefined();
    await whole.close();
  });

  test('has every row once after two writers raced for the same positions', async () => {
    const write = async (): Promise<void> => {
      const table = await openEvents(store);
      for (let at = -1; at < 99; at = table.txns.get('task') ?? -1) {
        const txns = [{ appId: 'task', previous: at, version: at + 10 }];
        await table.append({ df: eventRows(at + 1, at + 10), txns, nowMs: 0, commitId: randomUUID() });
      }
    };
    await Promise.all([write(), write()]);
    const { rows } = await queryLake({ store, sql: 'SELECT id FROM events ORDER BY id' });
    expect(rows.map(([id]) => id)).toEqual(range(0, 99));
  });

  test('settles a commit whose answer was cut off by reading it back', async () => {
    const proxy = await CuttingProxy.start(server.endpoint);
    const shaky = new S3Store(server.bucket, 'shaky', { ...server, endpoint: proxy.endpoint });
    const table = await openEvents(shaky, {
      onPoint: (point) => (point === 'before-commit' ? proxy.cutNextAnswer() : undefined),
    });
    const append = {
      df: eventRows(0, 9),
      txns: [{ appId: 'task', previous: -1, version: 9 }],
      nowMs: 0,
      commitId: 'cut',
    };
    expect(await table.append(append)).toMatchObject({ kind: 'committed', version: 1 });
    // What goes on behind commits asks the store, too.
    await table.close();
    proxy.cutNextAnswer();
    await expect(shaky.putIfAbsent('x', Buffer.from('x'))).rejects.toThrow(AmbiguousWriteError);
    expect(await shaky.putIfAbsent('x', Buffer.from('x'))).toBe('exists');
    expect((await queryLake({ store: shaky, sql: 'SELECT count(*) FROM events' })).rows).toEqual([[10]]);
    await shaky.close();
    await proxy.stop();
  });

  test('says what to check when the bucket is not there, and when nobody listens', async () => {
    const absent = new S3Store('no-such-bucket', '', server);
    await expect(absent.putIfAbsent('a', Buffer.from('x'))).rejects.toThrow('check the endpoint');
    await absent.close();
    const nobody = new S3Store('b', '', { ...server, endpoint: 'http://127.0.0.1:1' });
    await expect(nobody.putIfAbsent('a', Buffer.from('x'))).rejects.toThrow('check the endpoint');
    await nobody.close();
  });
});
