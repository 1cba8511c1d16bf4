/** Values as results write them: JSON. */
import type { ColumnType } from '#columns/types/column-spec';

const dayMs = 86_400_000;

/** One value as JSON: times as ISO 8601 UTC with microseconds, dates as `2026-01-01`, decimals (units) as strings, numbers exactly; null when there is none. */
export function valueText(value: number | bigint | string | boolean | undefined, type: ColumnType): string {
  if (value === undefined) return 'null';
  switch (type.kind) {
    case 'decimal':
      return `"${decimalText(BigInt(value), type.scale)}"`;
    case 'timestamp':
      return `"${microsText(BigInt(value))}"`;
    case 'date':
      return `"${new Date(Number(value) * dayMs).toISOString().slice(0, -'T00:00:00.000Z'.length)}"`;
    case 'string':
      return JSON.stringify(value);
    case 'float64':
      return floatText(Number(value));
    default:
      return String(value);
  }
}

/** JSON knows no infinity and no NaN: they are null. */
export function floatText(value: number): string {
  return JSON.stringify(value);
}

/** Units of a decimal as people write it: `-0.05` for -5 of scale 2. */
export function decimalText(units: bigint, scale: number): string {
  if (scale === 0) return String(units);
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** A time in epoch ms as ISO 8601 UTC; without milliseconds when they are always none. */
export function timeText(ms: number, wholeSeconds: boolean): string {
  const text = new Date(ms).toISOString();
  return wholeSeconds ? `${text.slice(0, -'.000Z'.length)}Z` : text;
}

function microsText(us: bigint): string {
  const rest = ((us % 1000n) + 1000n) % 1000n;
  // Divided as they are: beyond 2255 a float does not tell microseconds apart.
  const ms = Number((us - rest) / 1000n);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}
