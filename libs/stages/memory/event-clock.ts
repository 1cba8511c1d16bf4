/**
 * The watermark of one partition: how far its event time has come.
 *
 *     event time  ──e1──e3──e2─────────▶   watermark = max(event time) − outOfOrderness, never back
 *     fast clock  ·······a──────────e4·▶   e4 takes time along no further than its arrival a + lead
 *     quiet       ·······clock moves···▶   ingest's idle frames move it on by as much as its clock moved
 */
export interface EventClock {
  readonly watermarkMs: number | null;
  /** Watermark, ingest's clock and the arrival of the event at the last frame that had events; states of older versions lack the arrival. */
  readonly active: { readonly watermarkMs: number; readonly clockMs: number; readonly arrivedMs?: number } | null;
}

export interface TimeRules {
  readonly outOfOrdernessMs: number;
  /** How far beyond its arrival an event takes time along. */
  readonly leadMsMax: number;
}

export const startOfTime: EventClock = { watermarkMs: null, active: null };

/**
 * A watermark that is ahead of arrivals by more than the lateness would make events late that come at once. So time is led by
 * neither `aheadMsMax` nor the lateness alone: an event that is no older at its arrival than the out-of-orderness is never late.
 * @param latenessMs null: nothing is late
 */
export function timeRules(outOfOrdernessMs: number, aheadMsMax: number, latenessMs: number | null): TimeRules {
  return { outOfOrdernessMs, leadMsMax: Math.min(aheadMsMax, latenessMs ?? aheadMsMax) };
}

/** After an event of a frame that ingest closed at `clockMs`. */
export function afterEvent(
  clock: EventClock,
  { outOfOrdernessMs, leadMsMax }: TimeRules,
  eventMs: number,
  arrivedMs: number,
  clockMs: number,
): EventClock {
  const watermarkMs = Math.max(
    clock.watermarkMs ?? -Infinity,
    Math.min(eventMs, arrivedMs + leadMsMax) - outOfOrdernessMs,
  );
  return { watermarkMs, active: { watermarkMs, clockMs, arrivedMs } };
}

/** The clock of a partition that takes over the keys of two: that with the later watermark, for what one of them has closed stays closed. */
export function laterClock(one: EventClock, other: EventClock): EventClock {
  return (one.watermarkMs ?? -Infinity) >= (other.watermarkMs ?? -Infinity) ? one : other;
}

/** After a frame that says the partition was quiet until `clockMs`. A watermark that an older version let run ahead stands still until arrivals are as far. */
export function afterIdle(clock: EventClock, { outOfOrdernessMs, leadMsMax }: TimeRules, clockMs: number): EventClock {
  if (clock.active === null || clock.watermarkMs === null) return clock;
  const { active } = clock;
  const boundMs = (active.arrivedMs ?? active.clockMs) + leadMsMax - outOfOrdernessMs;
  const moved = Math.min(active.watermarkMs, boundMs) + Math.max(0, clockMs - active.clockMs);
  return { ...clock, watermarkMs: Math.max(clock.watermarkMs, moved) };
}
