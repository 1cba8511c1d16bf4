/**
 * The watermark of one partition: how far its event time has come.
 *
 *     event time  ──e1──e3──e2─────────▶   watermark = max(event time) − outOfOrderness, never back
 *     quiet       ·······clock moves···▶   ingest's idle frames move it on by as much as its clock moved
 */
export interface EventClock {
  readonly watermarkMs: number | null;
  /** Watermark and ingest's clock at the last frame that had events. */
  readonly active: { readonly watermarkMs: number; readonly clockMs: number } | null;
}

export const startOfTime: EventClock = { watermarkMs: null, active: null };

/** After a frame with events, the latest of which happened at `eventMsMax`. */
export function afterEvents(clock: EventClock, eventMsMax: number, outOfOrdernessMs: number, clockMs: number): EventClock {
  const watermarkMs = Math.max(clock.watermarkMs ?? Number.NEGATIVE_INFINITY, eventMsMax - outOfOrdernessMs);
  return { watermarkMs, active: { watermarkMs, clockMs } };
}

/** After a frame that says the partition was quiet until `clockMs`. */
export function afterIdle(clock: EventClock, clockMs: number): EventClock {
  if (clock.active === null || clock.watermarkMs === null) return clock;
  const moved = clock.active.watermarkMs + Math.max(0, clockMs - clock.active.clockMs);
  return { ...clock, watermarkMs: Math.max(clock.watermarkMs, moved) };
}
