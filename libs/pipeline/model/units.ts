/** Durations, sizes and counts of the pipeline file as numbers. */

const durationUnitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizeUnitsBytes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `5s` → 5000. The text has passed the schema. */
export function durationMs(text: string): number {
  return measured(text, durationUnitsMs);
}

/** `128MiB` → 134217728; a plain number is bytes. The value has passed the schema. */
export function sizeBytes(value: string | number): number {
  return typeof value === 'number' ? value : measured(value, sizeUnitsBytes);
}

/** `1_000_000` → 1000000: YAML 1.2 reads digits with underscores as text. */
export function wholeNumber(value: string | number): number {
  return typeof value === 'number' ? value : measured(value, { '': 1 });
}

function measured(text: string, units: Readonly<Record<string, number>>): number {
  const unit = text.replace(/[0-9_ ]/g, '');
  return Number.parseInt(text.replace(/[^0-9]/g, ''), 10) * (units[unit] ?? Number.NaN);
}
