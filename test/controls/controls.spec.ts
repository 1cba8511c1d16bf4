/** Every control works as long as nothing fails, and is found out when something does: a test that misses a known bug proves nothing. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type FindingKind, findingKinds } from '../faults/check/findings.js';
import { runWithoutFaults } from '../faults/check/run-without-faults.js';
import { projectRoot } from '../support/project-root.js';
import { allControls, type FaultControlName } from './all-controls.js';
import { makeControl } from './make-control.js';

/** The faults that show a control soonest; a run of all kinds finds it too, later. */
interface Revealed {
  readonly by: string;
  readonly faults: number;
  readonly replicas: number;
  /** At least one of these must be found. */
  readonly as: readonly FindingKind[];
}

const revealed: Readonly<Record<FaultControlName, Revealed>> = {
  'fence-removed': { by: 'pause-enrich,pause-validate', faults: 4, replicas: 2, as: ['chainBreaks'] },
  'position-ignored': { by: 'kill-enrich', faults: 2, replicas: 1, as: ['duplicated'] },
  'ack-then-publish': { by: 'kill-enrich', faults: 8, replicas: 1, as: ['lost'] },
  'plain-put': { by: 'pause-lake-writer', faults: 8, replicas: 2, as: ['lost', 'duplicated'] },
  'columns-dropped': { by: 'upgrade-enrich', faults: 1, replicas: 1, as: ['lost'] },
  'naive-msg-id': { by: 'kill-enrich', faults: 4, replicas: 1, as: ['duplicated'] },
};

const none = Object.fromEntries(findingKinds.map((kind) => [kind, 0]));
const program = join(projectRoot, 'dist/test/faults/main.js');
const runMsMax = 240_000;

describe.each(Object.keys(revealed) as FaultControlName[])('the control %s', (name) => {
  test(
    'has no findings without faults',
    async () => {
      const control = await makeControl(name);
      try {
        await runWithoutFaults({ seconds: 4, perSecond: 400, root: control.root }, async ({ verdict, ledger }) => {
          expect(verdict).toMatchObject({ ...none, examples: [] });
          expect(verdict.rows.bronze).toBe(ledger.attempted);
        });
      } finally {
        control.remove();
      }
    },
    runMsMax,
  );

  test(
    `is found out: ${allControls[name].breaks}`,
    async () => {
      const { by, faults, replicas, as } = revealed[name];
      const { verdict, told } = await faultRun([
        '--control',
        name,
        '--only',
        by,
        '--faults',
        String(faults),
        '--replicas',
        String(replicas),
        '--seed',
        '1',
      ]);
      expect({ verdict: verdict['verdict'], told }).toMatchObject({ verdict: 'detected' });
      expect(as.map((kind) => Number(verdict[kind])).some((count) => count > 0)).toBe(true);
    },
    runMsMax,
  );
});

/** Runs the fault harness as a user would. @returns the verdict, and what was told on the way */
function faultRun(args: readonly string[]): Promise<{ verdict: Readonly<Record<string, unknown>>; told: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, ...args],
      { timeout: runMsMax, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const last = stdout.trimEnd().split('\n').at(-1) ?? '';
        if (last.startsWith('{')) resolve({ verdict: JSON.parse(last) as Record<string, unknown>, told: stderr });
        else reject(new Error(`the harness gave no verdict: ${stderr}`, { cause: error }));
      },
    );
  });
}
