/** The event times of a run: how fast they advance, and how far they jump back. */

/** Event time advances at this pace, or faster when a run would cover more than `spanMaxMs`. */
const eventsPerSecond = 2_000;
const spanMaxMs = 150_000;
/** Below the pipeline's out-of-orderness of 5 s, so that no event is older than the watermark. */
export const jitterMaxMs = 3_000;
/** What is late is older than every window that the run can keep open. */
export const lateByMs = 2 * 3_600_000;

/** Milliseconds of event time per event. */
export function paceMs(count: number | undefined): number {
  const usual = 1_000 / eventsPerSecond;
  return count === undefined ? usual : Math.min(usual, spanMaxMs / Math.max(count, 1));
}

/**
 * A bounded run lies wholly in the past, so that the clock closes its last windows;
 * a run without end begins now and goes on at the usual pace.
 */
export function startOfRun(nowMs: number, count: number | undefined): number {
  if (count === undefined) return nowMs;
  const windowMs = 60_000;
  return Math.floor(nowMs - count * paceMs(count) - windowMs - 2 * jitterMaxMs);
}

/** RFC 3339 in UTC or in São Paulo's time, with milliseconds or microseconds. */
export function timeText(timeMs: number, style: number): string {
  if (style < 0.8) return new Date(timeMs).toISOString();
  if (style < 0.9) return `${new Date(timeMs).toISOString().slice(0, 23)}250Z`;
  return `${new Date(timeMs - 3 * 3_600_000).toISOString().slice(0, 23)}-03:00`;
}
