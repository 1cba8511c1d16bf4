/** The workload runs through a healthy pipeline without a finding, and a spoiled ledger is found out. */
import { expect, test } from '@jest/globals';
import { Ledger } from '../workload/ledger.js';
import { findingKinds } from './findings.js';
import { runWithoutFaults } from './run-without-faults.js';

const none = Object.fromEntries(findingKinds.map((kind) => [kind, 0]));

test('a run without faults has no findings, and a ledger that says otherwise has', async () => {
  await runWithoutFaults({ seconds: 8, perSecond: 500 }, async ({ ledger, verdict, readers, check }) => {
    expect(verdict).toMatchObject({ ...none, storedTwice: 0, examples: [] });
    expect(readers.findings).toMatchObject({ ...none, examples: [] });
    expect(readers.readings).toBeGreaterThan(1);
    expect(ledger.count('accepted')).toBe(ledger.attempted);
    expect(verdict.rows.bronze).toBe(ledger.attempted);
    expect(Math.min(...Object.values(verdict.rows))).toBeGreaterThan(0);
    const [first, ...others] = ledger.sendings;
    const neverSent = {
      msgId: `${ledger.attempted}.0`,
      index: ledger.attempted,
      outcome: 'accepted' as const,
      seq: ledger.attempted + 1,
    };
    const spoiled = new Ledger(ledger.seed, ledger.attempted + 1, [
      { ...first!, outcome: 'refused' },
      ...others,
      neverSent,
    ]);
    expect(await check(spoiled)).toMatchObject({ ...none, lost: 1, unexpected: 1 });
  });
}, 120_000);
