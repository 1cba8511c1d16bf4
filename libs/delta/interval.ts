/** Durations in the settings of a table, as Spark writes them: `interval 7 days`, `interval 1 week 12 hours`. */

const millisecondsOf: Readonly<Record<string, number>> = {
  microsecond: 0.001,
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 24 * 3_600_000,
  week: 7 * 24 * 3_600_000,
};

const interval = /^(?:interval\s+)?((?:-?\d+\s+[a-z]+\s*)+)$/i;

/** Undefined for what is no such duration, also one of months or years, whose length is not fixed: Delta allows none here. */
export function intervalMs(text: string): number | undefined {
  const parts = interval.exec(text.trim())?.[1]?.trim().toLowerCase().split(/\s+/) ?? [];
  let sum = 0;
  for (let at = 0; at < parts.length; at += 2) {
    const unit = millisecondsOf[parts[at + 1]!.replace(/s$/, '')];
    if (unit === undefined) return undefined;
    sum += Number(parts[at]) * unit;
  }
  return parts.length === 0 ? undefined : sum;
}
