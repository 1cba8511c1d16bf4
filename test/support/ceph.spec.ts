/** The S3 server of the tests honours what the lake's commits stand on: create-only writes. */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type S3Server, s3StartMsMax, startS3 } from './ceph.js';

let server: S3Server;
let client: S3Client;

beforeAll(async () => {
  server = await startS3();
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
  });
}, s3StartMsMax);

afterAll(async () => {
  client.destroy();
  await server.stop();
});

/** The HTTP status of a create-only PUT. */
async function create(key: string, body: string): Promise<number> {
  try {
    await client.send(new PutObjectCommand({ Bucket: server.bucket, Key: key, Body: body, IfNoneMatch: '*' }));
    return 200;
  } catch (error) {
    return (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
  }
}

async function read(key: string): Promise<string | undefined> {
  const answer = await client.send(new GetObjectCommand({ Bucket: server.bucket, Key: key }));
  return answer.Body?.transformToString();
}

describe('an S3 server for tests', () => {
  test('refuses to create what exists with 412 and keeps the first content', async () => {
    expect(await create('one', 'first')).toBe(200);
    expect(await create('one', 'second')).toBe(412);
    expect(await read('one')).toBe('first');
  });

  test('lets one of 20 racing writers win', async () => {
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, writer) => create('race', String(writer))));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await read('race')).toBe(String(statuses.indexOf(200)));
    expect(new Set(statuses.filter((status) => status !== 200))).toEqual(new Set([412]));
  });

  test(
    'gives every caller a bucket of its own',
    async () => {
      const other = await startS3();
      expect(other.bucket).not.toBe(server.bucket);
      await other.stop();
    },
    s3StartMsMax,
  );
});
