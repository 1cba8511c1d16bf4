/** One seed from its first to its last event: what it decides, what happens, what is left. */
import { countFindings, type Finding, type Findings, found } from '../faults/check/findings.js';
import { WorldCheck } from './check/check-world.js';
import { Random } from './time/random.js';
import { useTime } from './time/replace-globals.js';
import { startMs } from './time/virtual-time.js';
import { type Settings, settingsOf } from './world/settings.js';
import { healMs, World } from './world/world.js';

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
const drainMsMax = 90_000;
const lookEveryMs = 500;
/** What comes too much comes soon. */
const aftermathMs = 1_500;

export async function runSeed(seed: number, verbose = false): Promise<SeedResult> {
  const before = process.cpuUsage();
  const random = new Random(seed);
  const world = new World(settingsOf(seed, random, verbose), random.fork());
  useTime(world.time, random.fork());
  const broken: Finding[] = [];
  const onRejection = (error: unknown): void =>
    void broken.push(
      found('unexpected', `nobody handles ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    );
  process.on('unhandledRejection', onRejection);
  world.begin();
  const check = new WorldCheck(world);
  const settledMs = await untilSettled(world, check);
  process.off('unhandledRejection', onRejection);
  const drained = settledMs !== undefined;
  if (!drained) broken.push(found('lost', `not all is in the lake ${drainMsMax / 1000} s after the last fault`));
  const findings = countFindings([...broken, ...check.findings()]);
  const { user, system } = process.cpuUsage(before);
  return {
    seed,
    settings: world.settings,
    findings,
    drainSeconds: drained ? Math.max(0, settledMs - startMs - healMs) / 1000 : Number.NaN,
    cpuMs: (user + system) / 1000,
    history: world.history.lines,
  };
}

/** @returns when all was in the lake, epoch ms; undefined when that took too long */
async function untilSettled(world: World, check: WorldCheck): Promise<number | undefined> {
  let lookMs = startMs + healMs;
  let settledMs: number | undefined;
  await world.time.run(() => {
    const { nowMs } = world.time;
    if (nowMs < lookMs) return false;
    const { settled } = check;
    if (settled && settledMs !== undefined) return true;
    // Something that was sent long ago may have arrived since.
    settledMs = settled ? nowMs : undefined;
    lookMs = nowMs + (settled ? aftermathMs : lookEveryMs);
    return nowMs > startMs + healMs + drainMsMax;
  });
  return settledMs;
}
