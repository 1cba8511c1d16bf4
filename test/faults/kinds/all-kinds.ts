/** The table of all kinds of faults. */
import type { Servers } from '../world/servers/nats-cluster.js';
import { bucketFaults } from './bucket-faults.js';
import { clockFaults } from './clock-faults.js';
import type { FaultKind } from './fault-kind.js';
import { lostGroundFaults } from './lost-ground-faults.js';
import { networkFaults } from './network-faults.js';
import { serverFaults } from './server-faults.js';
import { serviceFaults } from './service-faults.js';
import { storeFaults } from './store-faults.js';
import { streamFaults } from './stream-faults.js';
import { versionFaults } from './version-faults.js';

export const allKinds: readonly FaultKind[] = [
  ...serviceFaults,
  ...serverFaults,
  ...networkFaults,
  ...storeFaults,
  ...bucketFaults,
  ...streamFaults,
  ...clockFaults,
  ...versionFaults,
  ...lostGroundFaults,
];

/** A name that `--only` does not know, or that does not apply. The message lists what does. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError';
}

/** @param only names, or what they begin with, as `kill`; empty: all that apply, but those that must be asked for @throws UnknownKindError */
export function kindsFor(servers: Servers, only: readonly string[]): readonly FaultKind[] {
  const applicable = allKinds.filter(({ on }) => on.includes(servers));
  if (only.length === 0) return applicable.filter(({ directed }) => !directed);
  const isOf = (kind: FaultKind, word: string): boolean => kind.name === word || kind.name.startsWith(`${word}-`);
  const unknown = only.filter((word) => !applicable.some((kind) => isOf(kind, word)));
  if (unknown.length > 0)
    throw new UnknownKindError(
      `there is no kind of fault ${unknown.join(', ')} with --servers ${servers}. Use: ${applicable.map(({ name }) => name).join(', ')}`,
    );
  return applicable.filter((kind) => only.some((word) => isOf(kind, word)));
}
