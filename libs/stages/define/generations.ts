/**
 * Generations of a source's partitions. When their number changes, all logs of the partitions it had are closed by a last frame, and
 * events go to logs of the next generation; the tasks of that one take over the state of those before, when these have ended.
 */
import type { LogName } from '#frame/log-name';

/** Partitions of the generation before that may have had events of the keys of a partition: hash mod `before` and hash mod `after` agree modulo their common divisor. */
export function predecessorsOf(partition: number, before: number, after: number): number[] {
  const divisor = commonDivisor(before, after);
  return Array.from({ length: before }, (_, one) => one).filter((one) => one % divisor === partition % divisor);
}

/** For each log, those that must be read to their end before it: the older generations of the same stage. */
export function olderLogs(logs: readonly Pick<LogName, 'stage' | 'origin' | 'generation'>[]): number[][] {
  return logs.map(({ stage, origin, generation = 0 }) =>
    logs.flatMap((other, at) =>
      other.stage === stage && other.origin === origin && (other.generation ?? 0) < generation ? [at] : [],
    ),
  );
}

/** How many logs each generation has. @param logs of one stage, the oldest generation first */
export function countByGeneration(logs: readonly Pick<LogName, 'stage' | 'generation'>[]): number[] {
  return [...Map.groupBy(logs, ({ generation = 0 }) => generation).values()].map(({ length }) => length);
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}
