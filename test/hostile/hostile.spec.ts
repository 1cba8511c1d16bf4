/** Twenty thousand hostile messages against the real services; `npm run test:hostile` sends a million. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type FindingKind, findingKinds } from './findings.js';
import { runHostile, type Verdict } from './run-hostile.js';

const messages = 20_000;

let work: TempDir;
let verdict: Verdict;

beforeAll(async () => {
  work = makeTempDir('hostile');
  verdict = await runHostile({
    options: { messages, seed: 1, nowMs: Date.now(), without: [], only: [] },
    work: work.path,
    logs: `${work.path}/logs`,
    tell: () => undefined,
    stop: new AbortController().signal,
  });
  process.stdout.write(`${JSON.stringify({ ...verdict, examples: undefined })}\n`);
}, 400_000);
afterAll(() => work.remove());

describe('hostile messages', () => {
  test('end no service, halt no task, and all come to rest', () => {
    expect({ deaths: verdict.deaths, failures: verdict.failures }).toEqual({ deaths: [], failures: [] });
  });

  test('are accounted for: most are stored, and each of those has a fate', () => {
    const { stored = 0, refused = 0, repeated = 0 } = verdict.published ?? {};
    expect(stored + refused + repeated).toBe(messages);
    expect(stored).toBeGreaterThan(messages * 0.9);
    const events = Object.values(verdict.fates).reduce((sum, n) => sum + n, 0);
    expect(events).toBeGreaterThanOrEqual(stored);
  });

  test.each(Object.entries(findingKinds) as [FindingKind, string][])('%s: never %s', (kind) => {
    expect(verdict.examples.filter(({ finding }) => finding === kind)).toEqual([]);
    expect(verdict.findings[kind]).toBe(0);
  });
});
