/** What a seed decides before anything happens: servers, processes, sizes, how much is sent. */
import type { NatsVersion } from '../../support/nats/nats-options.js';
import type { Random } from '../time/random.js';

export interface Settings {
  readonly seed: number;
  readonly version: NatsVersion;
  readonly servers: 1 | 3;
  readonly windows: boolean;
  /** Tables that take a part of the events stand beside the others: never with windows. */
  readonly parts: boolean;
  /** Every service has processes of its own, as in production; otherwise each process runs the tasks of all. */
  readonly apart: boolean;
  readonly replicas: number;
  readonly events: number;
  /** Faults of the run. */
  readonly faults: number;
  readonly env: Readonly<Record<string, string>>;
  /** Processes get pipeline files with other numbers of partitions, one after the other, instead of another version forth and back. */
  readonly repartitions: boolean;
  /** The log of bronze is deleted under its writer. */
  readonly losesLog: boolean;
  /** Writes a history. */
  readonly verbose: boolean;
}

/** They make a run a third longer. */
const partsEvery = 8;
const versions: readonly NatsVersion[] = ['2.9', '2.10', 'current'];

export function settingsOf(seed: number, random: Random, verbose: boolean): Settings {
  const narrow = random.chance(0.25);
  const windows = random.chance(0.06);
  const servers = random.chance(0.5) ? 1 : 3;
  return {
    seed,
    verbose,
    version: random.pick(versions),
    servers,
    windows,
    parts: !windows && seed % partsEvery === 0,
    apart: random.chance(0.06),
    replicas: 2,
    events: random.int(10, 24),
    faults: random.int(2, 6),
    repartitions: random.chance(0.12),
    // A log that nobody trims for bronze any more has to have room.
    losesLog: !narrow && random.chance(0.03),
    env: {
      AFL_STREAM_REPLICAS: String(servers),
      AFL_LINGER_MS: String(random.pick([50, 200])),
      AFL_STEP_LINGER_MS: String(random.pick([20, 100])),
      AFL_LEASE_TTL_MS: String(random.pick([1_500, 3_000, 3_000])),
      AFL_SNAPSHOT_EVERY_MS: String(random.pick([500, 2_000, 30_000])),
      AFL_CHECKPOINT_EVERY_COMMITS: String(random.pick([2, 5, 100])),
      // Frames so small that steps spread over several; a log that fills up.
      ...(random.chance(0.3) && { AFL_FRAME_BYTES_MAX: String(random.pick([400, 1_500])) }),
      ...(narrow && { AFL_LOG_BYTES_MAX: String(random.pick([30_000, 60_000])) }),
    },
  };
}
