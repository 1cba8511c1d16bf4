/** The model of JetStream and the real servers of three versions answer the same to everything that Afluente asks. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NatsVersion } from '../support/nats-options.js';
import { consumers } from './conformance/consumers.js';
import type { Scenario } from './conformance/lab.js';
import { startModelLab } from './conformance/model-lab.js';
import { publishing } from './conformance/publishing.js';
import { startRealLab, type RealLab } from './conformance/real-lab.js';
import { streams } from './conformance/streams.js';

const msMax = 300_000;
const scenarios: readonly Scenario[] = [...publishing, ...streams, ...consumers];

type Start = (version: NatsVersion) => RealLab | Promise<RealLab>;
const sides: ReadonlyArray<readonly [string, Start]> = [
  ['the model', startModelLab],
  ['the real server', startRealLab],
];
const versions: readonly NatsVersion[] = ['2.9', '2.10', 'current'];
const labs = versions.flatMap((version) => sides.map(([side, start]) => ({ side, version, start })));

/** What each scenario saw: all at once, and those that restart the servers one by one behind them. */
async function runAll(start: Start, version: NatsVersion): Promise<Map<Scenario, unknown>> {
  const lab = await start(version);
  try {
    const run = async (scenario: Scenario): Promise<readonly [Scenario, unknown]> => [scenario, await scenario.run(lab, `s${scenarios.indexOf(scenario)}`).catch((error: unknown) => error)];
    const seen = await Promise.all(scenarios.filter(({ restarts }) => !restarts).map(run));
    for (const scenario of scenarios.filter(({ restarts }) => restarts)) seen.push(await run(scenario));
    return new Map(seen);
  } finally {
    await lab.stop();
  }
}

const seenBy = new Map<string, Map<Scenario, unknown>>();
beforeAll(async () => {
  await Promise.all(labs.map(async ({ side, version, start }) => seenBy.set(`${side} ${version}`, await runAll(start, version))));
}, msMax);

describe.each(labs)('$side, NATS $version', ({ side, version }) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const { seen } = scenario;
    expect(seenBy.get(`${side} ${version}`)?.get(scenario)).toEqual(typeof seen === 'function' ? seen(version) : seen);
  });
});
