/** Epoch microseconds as the date, time and fraction that Delta's text forms are made of. */

export interface TimestampParts {
  /** `2024-02-29` */
  readonly date: string;
  /** `23:59:59` */
  readonly time: string;
  /** Six digits. */
  readonly micros: string;
}

const usPerSecond = 1_000_000n;

/** Undefined outside the years 0001 to 9999, which no text form of Delta can hold. */
export function timestampParts(epochUs: string): TimestampParts | undefined {
  const total = BigInt(epochUs);
  const micros = ((total % usPerSecond) + usPerSecond) % usPerSecond;
  const when = new Date(Number((total - micros) / 1_000n));
  const year = when.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return undefined;
  const text = when.toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19), micros: String(micros).padStart(6, '0') };
}
