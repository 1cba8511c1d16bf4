/** Every control is a system that works as long as nothing fails: only then does it say something that the tests find it broken. */
import { expect, test } from '@jest/globals';
import { findingKinds } from '../faults/check/findings.js';
import { runWithoutFaults } from '../faults/check/run-without-faults.js';
import { controlNames } from './all-controls.js';
import { makeControl } from './make-control.js';

const none = Object.fromEntries(findingKinds.map((kind) => [kind, 0]));

test.each(controlNames)('%s has no findings without faults', async (name) => {
  const control = await makeControl(name);
  try {
    await runWithoutFaults({ seconds: 4, perSecond: 400, root: control.root }, async ({ verdict, ledger }) => {
      expect(verdict).toMatchObject({ ...none, examples: [] });
      expect(verdict.rows.bronze).toBe(ledger.attempted);
    });
  } finally {
    control.remove();
  }
}, 120_000);
