/** Very many keys in one window: counted, published in pieces and taken up again within the memory that ARCHITECTURE.md states. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';

const run = promisify(execFile);
const keys = 300_000;
/** For a million; the version that kept rows as tables took 2,040. */
const mebibytesMax = 700;
const runMsMax = 240_000;

test(
  `${keys} users of one hour are each in gold once, though aggregate is killed behind the publication`,
  async () => {
    const { stdout } = await run(
      process.execPath,
      [join(projectRoot, 'dist', 'test', 'bench', 'parts', 'keys.bench.js'), '--keys', String(keys)],
      { timeout: runMsMax },
    );
    const found = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      peaksMebibytes: Record<string, number>;
      restoredMebibytes: number;
      gold: unknown;
      deaths: unknown;
    };
    expect(found).toMatchObject({
      gold: { rows: keys, events: keys },
      deaths: [{ service: 'aggregate', how: 'SIGKILL' }],
    });
    expect(found.peaksMebibytes['aggregate']).toBeLessThanOrEqual(mebibytesMax);
    expect(found.restoredMebibytes).toBeLessThanOrEqual(mebibytesMax);
  },
  runMsMax,
);
