/**
 * Preloaded into the services of the harness (`node --import`): their clock can be set, as that of their machine. Only what shows the time of day moves;
 * timers and performance.now go on, as the kernel's monotonic clock does.
 */
const trueDate = Date;
let aheadMs = Number(process.env['FAULTS_CLOCK_AHEAD_MS'] ?? 0);

class ShownDate extends trueDate {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) super(ShownDate.now());
    else super(...(given as [number]));
  }

  static override now(): number {
    return trueDate.now() + aheadMs;
  }
}

globalThis.Date = ShownDate as unknown as DateConstructor;
process.on('message', (message: { readonly clockAheadMs?: number }) => {
  if (message.clockAheadMs !== undefined) aheadMs = message.clockAheadMs;
});
