/** A real S3 server for tests: Ceph's object gateway, shared by all specs of a run, with a bucket of its own for each caller. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startProcess } from './processes.js';
import { projectRoot } from './project-root.js';
import { makeTempDir } from './temp-dir.js';

export interface S3Access {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Server extends S3Access {
  /** Empty, and nobody else's. Addressed path-style. */
  readonly bucket: string;
  /** Ends a server that only this caller uses; the shared one ends with the test run. */
  stop(): Promise<void>;
}

/** For the `beforeAll` of specs: the first caller may have to wait for packages to be installed. */
export const s3StartMsMax = 600_000;

const pollMs = 50;

/**
 * First call of a run: about 12 s, or minutes when Ceph's packages have to be installed.
 * Throws with what to do when no S3 server can be had.
 */
export async function startS3(): Promise<S3Server> {
  const desk = process.env['AFL_TEST_S3_DESK'];
  const { access, stop } =
    desk === undefined ? await startOwn() : { access: await askDesk(desk), stop: () => Promise.resolve() };
  return { ...access, bucket: await createBucket(access), stop };
}

/** The shared server: the desk (test/support/jest) starts it when first asked. */
async function askDesk(path: string): Promise<S3Access> {
  const socket = connect(path);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return readAnswer(Buffer.concat(chunks).toString('utf8'));
}

async function startOwn(): Promise<{ access: S3Access; stop: () => Promise<void> }> {
  const dir = makeTempDir('s3');
  const logFile = join(dir.path, 's3.log');
  const server = await startProcess({
    file: process.execPath,
    args: [join(projectRoot, 'scripts', 's3-server.mjs')],
    logFile,
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    dir.remove();
  };
  while (server.running()) {
    const line = readFileSync(logFile, 'utf8')
      .split('\n')
      .find((text) => text.startsWith('{"endpoint"'));
    if (line !== undefined) return { access: readAnswer(line), stop };
    await sleep(pollMs);
  }
  throw new Error(`No S3 server for the tests: ${server.logTail()}`);
}

function readAnswer(line: string): S3Access {
  const answer = JSON.parse(line) as S3Access | { error: string };
  if ('error' in answer) throw new Error(`No S3 server for the tests: ${answer.error}`);
  return answer;
}

async function createBucket({ endpoint, region, accessKeyId, secretAccessKey }: S3Access): Promise<string> {
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  const bucket = `test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return bucket;
}
