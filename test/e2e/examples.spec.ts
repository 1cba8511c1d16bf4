/** The examples end to end: generated sales on a real S3 server, real flights on disk. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { s3StartMsMax, startS3 } from '../support/ceph.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli } from './support/cli.js';

const runMsMax = 180_000;

let work: TempDir;
beforeAll(() => {
  work = makeTempDir('examples');
});
afterAll(() => work.remove());
afterEach(endPrograms);

/** The last line of standard output: the verdict of `start --events`. */
function verdictOf(stdout: string): unknown {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

test(
  'sales in a bucket: nothing lost, nothing extra',
  async () => {
    const s3 = await startS3();
    try {
      const env = {
        AWS_ACCESS_KEY_ID: s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
        AFL_S3_ENDPOINT: s3.endpoint,
        AFL_S3_REGION: s3.region,
      };
      const lake = `s3://${s3.bucket}/sales/lake`;
      const { code, stdout, stderr } = await runCli(
        ['start', '--pipeline', join(projectRoot, 'examples/sales-tech'), '--events', '5000', '--lake', lake],
        { cwd: work.path, env },
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(verdictOf(stdout)).toMatchObject({ published: 5_000, bronze: 5_000, lost: 0, extra: 0 });
      const query = await runCli(['query', 'SELECT count(*) AS n FROM bronze_transactions', '--lake', lake, '--json'], {
        cwd: work.path,
        env,
      });
      expect(JSON.parse(query.stdout)).toEqual({ n: expect.any(Number) });
    } finally {
      await s3.stop();
    }
  },
  s3StartMsMax,
);

test(
  '20,000 real flights: every one in silver once, delays as DuckDB computes them',
  async () => {
    const { code, stdout, stderr } = await runCli(
      ['start', '--pipeline', join(projectRoot, 'examples/flights'), '--events', '20000'],
      { cwd: work.path },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const verdict = verdictOf(stdout);
    expect(verdict).toMatchObject({
      published: 20_000,
      accepted: 20_000,
      bronze: 20_000,
      silver: 20_000,
      quarantine: 0,
      duplicates: 0,
      lost: 0,
      extra: 0,
    });
    expect(verdict).toMatchObject({ gold: expect.any(Number) });
  },
  runMsMax,
);
