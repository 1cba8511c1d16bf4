/** The model of JetStream and the real servers of three versions answer the same to everything that Afluente asks. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NatsVersion } from '../support/nats/nats-options.js';
import { allScenarios } from './conformance/all-scenarios.js';
import type { Scenario } from './conformance/lab.js';
import { startModelLab } from './conformance/model-lab.js';
import { type RealLab, startRealLab } from './conformance/real-lab.js';
import { runAll } from './conformance/run-all.js';

const msMax = 300_000;

type Start = (version: NatsVersion) => RealLab | Promise<RealLab>;
const sides: ReadonlyArray<readonly [string, Start]> = [
  ['the model', startModelLab],
  ['the real server', startRealLab],
];
const versions: readonly NatsVersion[] = ['2.9', '2.10', 'current'];
const labs = versions.flatMap((version) => sides.map(([side, start]) => ({ side, version, start })));

const seenBy = new Map<string, Map<Scenario, unknown>>();
beforeAll(async () => {
  await Promise.all(
    labs.map(async ({ side, version, start }) =>
      seenBy.set(`${side} ${version}`, await runAll(await start(version), allScenarios)),
    ),
  );
}, msMax);

describe.each(labs)('$side, NATS $version', ({ side, version }) => {
  test.each(allScenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const { seen } = scenario;
    expect(seenBy.get(`${side} ${version}`)?.get(scenario)).toEqual(typeof seen === 'function' ? seen(version) : seen);
  });
});
