/** All checks of the lake of a run. */
import { withLake } from '../../e2e/support/lake.js';
import type { Findings } from '../findings.js';
import type { HostileMessage } from '../workload/hostile-message.js';
import { checkMutations } from './check-mutations.js';
import { checkPlaces, countFates } from './check-places.js';
import { checkQuotes, checkValues } from './check-values.js';
import { checkWindows } from './check-windows.js';
import { makePlaceTables } from './place-table.js';

export interface LakeCheck {
  readonly lakeUrl: string;
  readonly ledgerPath: string;
  readonly findings: Findings;
  /** The message that was published at an index. */
  readonly messageAt: (index: number) => HostileMessage;
}

export interface Checked {
  /** How many events ended in silver, for which reasons in quarantine, or were dropped. */
  readonly fates: Readonly<Record<string, number>>;
  /** What could not be asked, and why. */
  readonly failures: readonly string[];
}

export async function checkLake({ lakeUrl, ledgerPath, findings, messageAt }: LakeCheck): Promise<Checked> {
  return withLake(lakeUrl, async (ask) => {
    await makePlaceTables(ask, ledgerPath);
    const failures: string[] = [];
    for (const check of [
      checkPlaces,
      checkValues,
      checkQuotes,
      checkWindows,
      () => checkMutations({ ask, findings, messageAt }),
    ]) {
      await check(ask, findings).catch((error: unknown) => failures.push(String(error)));
    }
    return { fates: await countFates(ask), failures };
  });
}
