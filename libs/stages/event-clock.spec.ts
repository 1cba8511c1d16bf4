/** The watermark follows the latest event, never runs back, and moves with ingest's clock while nothing comes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterEvents, afterIdle, startOfTime } from './event-clock.js';

fc.configureGlobal({ seed: 7 });

describe('the watermark', () => {
  test('stands behind the latest event by the out-of-orderness', () => {
    expect(afterEvents(startOfTime, 1000, 50, 7).watermarkMs).toBe(950);
  });

  // event time  ──900──1000──▶        clock 7 ─ 8 ─── 507
  // watermark      950 (of 1000)            950     1449: moved on by 499
  test('moves in silence by as much as the clock since the last frame with events', () => {
    const active = afterEvents(afterEvents(startOfTime, 1000, 50, 7), 900, 50, 8);
    expect([active.watermarkMs, afterIdle(active, 507).watermarkMs]).toEqual([950, 1449]);
    expect(afterIdle(afterIdle(active, 300), 507).watermarkMs).toBe(1449);
  });

  test('does not begin by itself: a partition without events has none', () => {
    expect(afterIdle(startOfTime, 1_000_000).watermarkMs).toBeNull();
  });

  test('after silence goes on from where silence took it', () => {
    const quiet = afterIdle(afterEvents(startOfTime, 1000, 0, 0), 500);
    expect(afterEvents(quiet, 1200, 0, 600)).toEqual({ watermarkMs: 1500, active: { watermarkMs: 1500, clockMs: 600 } });
  });

  test('never runs back, whatever happens to events and clocks', () => {
    const anyMove = fc.record({ idle: fc.boolean(), eventMs: fc.integer({ min: -1e12, max: 1e12 }), clockMs: fc.nat() });
    fc.assert(fc.property(fc.array(anyMove), fc.nat(10_000), (moves, outOfOrdernessMs) => {
      let clock = startOfTime;
      for (const { idle, eventMs, clockMs } of moves) {
        const next = idle ? afterIdle(clock, clockMs) : afterEvents(clock, eventMs, outOfOrdernessMs, clockMs);
        expect(next.watermarkMs ?? -Infinity).toBeGreaterThanOrEqual(clock.watermarkMs ?? -Infinity);
        clock = next;
      }
    }));
  });
});
