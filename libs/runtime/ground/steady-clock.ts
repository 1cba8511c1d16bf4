/** A clock that nobody can set: the time of day at the start of the process, carried on. What waits, is due or is old must not be so because the machine's clock jumped. */

/** @returns epoch ms, whole. A machine that slept is behind by that until the process starts again */
export function steadyClock(): () => number {
  const startedMs = Date.now() - performance.now();
  return () => Math.floor(startedMs + performance.now());
}
