/** Runs scenarios in a lab: all at once, and those that restart the servers one by one behind them. */
import type { Scenario } from './lab.js';
import type { RealLab } from './real-lab.js';

/** @returns what each has seen, or its error */
export async function runAll(lab: RealLab, scenarios: readonly Scenario[]): Promise<Map<Scenario, unknown>> {
  try {
    const run = async (scenario: Scenario): Promise<readonly [Scenario, unknown]> => [
      scenario,
      await scenario.run(lab, `s${scenarios.indexOf(scenario)}`).catch((error: unknown) => error),
    ];
    const seen = await Promise.all(scenarios.filter(({ restarts }) => !restarts).map(run));
    for (const scenario of scenarios.filter(({ restarts }) => restarts)) seen.push(await run(scenario));
    return new Map(seen);
  } finally {
    await lab.stop();
  }
}
