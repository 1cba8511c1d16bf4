/** `afluente doctor` on a lake in a real S3 server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LocalStore } from '#store/local-store';
import { S3Store } from '#store/s3-store';
import { endPrograms } from '../e2e/support/cli.js';
import { type S3Server, s3StartMsMax, startS3 } from '../support/ceph.js';
import { askDoctor, sentence, type Told } from './support/prepared-fault.js';
import { copyOf, makeOriginal, type Original, type Place } from './support/prepared-place.js';

let server: S3Server;
let original: Original;
let place: Place;
let store: S3Store;
beforeAll(async () => {
  server = await startS3();
  original = await makeOriginal();
  place = await copyOf(original);
  store = new S3Store(server.bucket, 'lake', server);
  for await (const { key } of new LocalStore(place.lake).list(''))
    await store.put(key, readFileSync(join(place.lake, key)));
}, s3StartMsMax);
afterAll(async () => {
  await endPrograms();
  await store?.close();
  await place?.close();
  original?.remove();
  await server?.stop();
});

/** No service runs here. */
async function ask(
  bucket = server.bucket,
  secret = server.secretAccessKey,
): Promise<Told & { readonly said: readonly string[] }> {
  const env = {
    AFL_S3_ENDPOINT: server.endpoint,
    AFL_S3_REGION: server.region,
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
  };
  const told = await askDoctor(place, { options: () => ({ lake: `s3://${bucket}/lake` }), env });
  return {
    ...told,
    said: told.findings
      .filter(({ id }) => id !== 'service-absent')
      .map((finding) => `${finding.id} ${sentence(finding)}`),
  };
}

describe('the doctor, with a lake on S3', () => {
  test('is content with a whole one', async () => {
    expect((await ask()).said).toEqual([]);
  });

  test('names the bucket that is not there, and credentials that it refuses', async () => {
    expect((await ask('nowhere')).said).toEqual([expect.stringMatching(/^lake-unreachable lake: /)]);
    expect((await ask(server.bucket, 'wrong')).said).toEqual([expect.stringMatching(/^lake-unreachable lake: /)]);
  });

  test('names data files and entries that a rule of the store has deleted', async () => {
    const files: string[] = [];
    for await (const { key } of store.list('bronze_orders/')) files.push(key);
    const data = files.filter((key) => key.endsWith('.parquet'));
    await store.delete(data[0]!);
    expect((await ask()).said).toEqual([
      expect.stringMatching(
        /^data-file-missing bronze_orders: 1 of its newest data files is not there: bronze_orders\//,
      ),
    ]);
    await store.delete(files.find((key) => key.endsWith('01.json'))!);
    expect((await ask()).said).toEqual([
      expect.stringMatching(/^table-unusable bronze_orders: the log has no entry 1 /),
    ]);
  });
});
