/** What the model says of one server holds for three that share their streams, too. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NatsVersion } from '../support/nats-options.js';
import { allScenarios } from './conformance/all-scenarios.js';
import { startClusterLab } from './conformance/cluster-lab.js';
import type { Scenario } from './conformance/lab.js';
import { runAll } from './conformance/run-all.js';

const msMax = 300_000;
const versions: readonly NatsVersion[] = ['2.10', 'current'];
/** What a restart forgets is told of one server. */
const scenarios = allScenarios.filter(({ restarts }) => !restarts);

describe.each(versions)('three servers, NATS %s', (version) => {
  let seenBy: Map<Scenario, unknown>;
  beforeAll(async () => {
    seenBy = await runAll(await startClusterLab(version), scenarios);
  }, msMax);

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const { seen } = scenario;
    expect(seenBy.get(scenario)).toEqual(typeof seen === 'function' ? seen(version) : seen);
  });
});
