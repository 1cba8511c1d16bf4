/** Numbered crash points: a test names one and the process kills itself there, so every gap between two effects is tried. */
import { ConfigError } from '../settings/config-error.js';

/** In the order of an event's way. Adding one here adds it to the crash test. */
export const crashPoints = [
  'ingest.before-append',
  'ingest.after-append',
  'ingest.stored',
  'ingest.acknowledged',
  'task.before-step',
  'task.after-step',
  'task.after-append',
  'task.stored',
  'task.before-snapshot',
  'task.after-snapshot',
  'trim.before',
  'trim.after',
  'lake.files-written',
  'lake.before-commit',
  'lake.after-commit',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

export type CrashAt = (point: CrashPoint) => void;

/**
 * @param setting `point` or `point:times`: the process dies the n-th time it reaches the point
 * @throws ConfigError when there is no such point: a test that cannot crash would prove nothing
 */
export function crashAt(setting: string | undefined): CrashAt {
  if (setting === undefined) return () => undefined;
  const [wanted, times = '1'] = setting.split(':');
  let left = Number(times);
  if (!crashPoints.some((point) => point === wanted) || !Number.isSafeInteger(left) || left < 1) {
    throw new ConfigError(
      `AFL_CRASH_AT is "${setting}". Set it to one of ${crashPoints.join(', ')}, or to one with ":" and how often it is reached.`,
    );
  }
  return (point) => {
    if (point === wanted && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
