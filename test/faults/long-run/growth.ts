/** Whether something that was measured again and again grows: a straight line through the readings. Pure. */

export interface Reading {
  readonly seconds: number;
  readonly value: number;
}

export interface Growth {
  readonly readings: number;
  readonly mean: number;
  readonly max: number;
  /** Slope of the line of least squares. */
  readonly perMinute: number;
  /** What the line gains from the first reading to the last. */
  readonly gained: number;
  /** The gain is within what is allowed. */
  readonly flat: boolean;
}

/** What a series may gain, at most, from its first reading to its last: a share of its mean, or `floor`. */
export interface Allowance {
  readonly share: number;
  readonly floor: number;
}

/** @param readings at least two, at different times */
export function growthOf(readings: readonly Reading[], { share, floor }: Allowance): Growth {
  const count = readings.length;
  const mean = average(readings.map(({ value }) => value));
  const middle = average(readings.map(({ seconds }) => seconds));
  const spread = readings.reduce((sum, { seconds }) => sum + (seconds - middle) ** 2, 0);
  const together = readings.reduce((sum, { seconds, value }) => sum + (seconds - middle) * (value - mean), 0);
  const perSecond = spread === 0 ? 0 : together / spread;
  const gained = perSecond * ((readings.at(-1)?.seconds ?? 0) - (readings[0]?.seconds ?? 0));
  return {
    readings: count,
    mean: round(mean),
    max: round(Math.max(...readings.map(({ value }) => value))),
    perMinute: round(perSecond * 60),
    gained: round(gained),
    flat: gained <= Math.max(share * mean, floor),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
