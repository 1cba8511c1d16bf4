/** The watermark follows the latest event as far as arrivals reach, never runs back, and moves with ingest's clock while nothing comes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterEvent, afterIdle, type EventClock, startOfTime, timeRules } from './event-clock.js';

fc.configureGlobal({ seed: 7 });

const rules = timeRules(50, 300, null);
/** Arrives as it happens. */
const live = (clock: EventClock, eventMs: number, clockMs: number): EventClock =>
  afterEvent(clock, rules, eventMs, eventMs, clockMs);

describe('the watermark', () => {
  test('stands behind the latest event by the out-of-orderness', () => {
    expect(live(startOfTime, 1000, 7).watermarkMs).toBe(950);
  });

  // event time  ──900──1000──▶        clock 7 ─ 8 ─── 507
  // watermark      950 (of 1000)            950     1449: moved on by 499
  test('moves in silence by as much as the clock since the last frame with events', () => {
    const active = afterEvent(live(startOfTime, 1000, 7), rules, 900, 1001, 8);
    expect([active.watermarkMs, afterIdle(active, rules, 507).watermarkMs]).toEqual([950, 1449]);
    expect(afterIdle(afterIdle(active, rules, 300), rules, 507).watermarkMs).toBe(1449);
  });

  test('does not begin by itself: a partition without events has none', () => {
    expect(afterIdle(startOfTime, rules, 1_000_000).watermarkMs).toBeNull();
  });

  test('after silence goes on from where silence took it', () => {
    const quiet = afterIdle(live(startOfTime, 1000, 0), rules, 500);
    expect(live(quiet, 1200, 600)).toEqual({
      watermarkMs: 1450,
      active: { watermarkMs: 1450, clockMs: 600, arrivedMs: 1200 },
    });
  });

  test('follows an event to its arrival and the lead, not to where its clock stands', () => {
    expect([1300, 1301, 9e9].map((eventMs) => afterEvent(startOfTime, rules, eventMs, 1000, 0).watermarkMs)).toEqual([
      1250, 1250, 1250,
    ]);
  });

  test('is led by no more than the lateness, whatever may be ahead', () => {
    expect(
      [timeRules(5, 60, 0), timeRules(5, 60, 30), timeRules(5, 60, 90), timeRules(5, 60, null)].map(
        ({ leadMsMax }) => leadMsMax,
      ),
    ).toEqual([0, 30, 60, 60]);
  });

  // older version   event of 90_000 arrived at 1000: watermark 89_950
  // this version    stands there, in silence and with events, until arrivals are as far
  test('that an older version let run ahead stands still until arrivals are as far', () => {
    const restored: EventClock = { watermarkMs: 89_950, active: { watermarkMs: 89_950, clockMs: 1000 } };
    const quiet = afterIdle(restored, rules, 5000);
    const spoken = live(quiet, 6000, 6000);
    const silent = afterIdle(spoken, rules, 80_000);
    expect([quiet, spoken, silent, afterIdle(silent, rules, 90_000)].map(({ watermarkMs }) => watermarkMs)).toEqual([
      89_950, 89_950, 89_950, 90_250,
    ]);
  });

  test('never runs back, and never beyond the newest arrival, silence and lead', () => {
    const anyMove = fc.record({
      idle: fc.boolean(),
      eventMs: fc.integer({ min: -1e12, max: 1e12 }),
      passedMs: fc.nat(100_000),
    });
    fc.assert(
      fc.property(
        fc.array(anyMove),
        fc.nat(10_000),
        fc.nat(100_000),
        fc.option(fc.nat(100_000)),
        (moves, outOfOrdernessMs, aheadMsMax, latenessMs) => {
          const any = timeRules(outOfOrdernessMs, aheadMsMax, latenessMs);
          let clock = startOfTime;
          let nowMs = 0;
          for (const { idle, eventMs, passedMs } of moves) {
            nowMs += passedMs;
            const next = idle ? afterIdle(clock, any, nowMs) : afterEvent(clock, any, eventMs, nowMs, nowMs);
            expect(next.watermarkMs ?? -Infinity).toBeGreaterThanOrEqual(clock.watermarkMs ?? -Infinity);
            expect(next.watermarkMs ?? -Infinity).toBeLessThanOrEqual(nowMs + aheadMsMax - outOfOrdernessMs);
            clock = next;
          }
        },
      ),
    );
  });
});
