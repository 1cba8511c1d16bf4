/** One seed from its first to its last event: what it decides, what happens, what is left. */
import { countFindings, found, type Finding, type Findings } from '../faults/check/findings.js';
import { WorldCheck } from './check/check-world.js';
import { Random } from './time/random.js';
import { useTime } from './time/replace-globals.js';
import { startMs } from './time/virtual-time.js';
import { HEAL_MS, World } from './world/world.js';
import { settingsOf, type Settings } from './world/settings.js';

export interface SeedResult {
  readonly seed: number;
  readonly settings: Settings;
  readonly findings: Findings;
  /** Virtual seconds from the heal until all was in the lake. */
  readonly drainSeconds: number;
  readonly cpuMs: number;
  readonly history: readonly string[];
}

/** After the heal everything must be in the lake within this. */
const DRAIN_MS_MAX = 90_000;
const LOOK_EVERY_MS = 500;
/** What comes too much comes soon. */
const AFTERMATH_MS = 1_500;

export async function runSeed(seed: number, verbose = false): Promise<SeedResult> {
  const before = process.cpuUsage();
  const random = new Random(seed);
  const world = new World(settingsOf(seed, random, verbose), random.fork());
  useTime(world.time, random.fork());
  const broken: Finding[] = [];
  const onRejection = (error: unknown): void => void broken.push(found('unexpected', `nobody handles ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
  process.on('unhandledRejection', onRejection);
  world.begin();
  const check = new WorldCheck(world);
  const settledMs = await untilSettled(world, check);
  process.off('unhandledRejection', onRejection);
  const drained = settledMs !== undefined;
  if (!drained) broken.push(found('lost', `not all is in the lake ${DRAIN_MS_MAX / 1000} s after the last fault`));
  const findings = countFindings([...broken, ...check.findings()]);
  const { user, system } = process.cpuUsage(before);
  return {
    seed,
    settings: world.settings,
    findings,
    drainSeconds: drained ? Math.max(0, settledMs - startMs - HEAL_MS) / 1000 : Number.NaN,
    cpuMs: (user + system) / 1000,
    history: world.history.lines,
  };
}

/** @returns when all was in the lake, epoch ms; undefined when that took too long */
async function untilSettled(world: World, check: WorldCheck): Promise<number | undefined> {
  let lookMs = startMs + HEAL_MS;
  let settledMs: number | undefined;
  await world.time.run(() => {
    const { nowMs } = world.time;
    if (nowMs < lookMs) return false;
    const { settled } = check;
    if (settled && settledMs !== undefined) return true;
    // Something that was sent long ago may have arrived since.
    settledMs = settled ? nowMs : undefined;
    lookMs = nowMs + (settled ? AFTERMATH_MS : LOOK_EVERY_MS);
    return nowMs > startMs + HEAL_MS + DRAIN_MS_MAX;
  });
  return settledMs;
}
