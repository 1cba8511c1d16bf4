/** The clock of the raw logs goes on from frame to frame and by the server's times, whatever the machines' clocks say. */
import { expect, test } from '@jest/globals';
import { FrontClock } from './front-clock.js';

const hourMs = 3_600_000;
const startMs = Date.UTC(2030, 0, 1);

test('it goes on where the newest frame stands, on a machine of any time of day', () => {
  for (const skewMs of [-hourMs, 0, hourMs]) {
    let passedMs = 0;
    const clock = new FrontClock(() => startMs + skewMs + passedMs, startMs);
    expect(clock.nowMs).toBe(startMs);
    passedMs = 1_234.5;
    expect(clock.nowMs).toBe(startMs + 1_234);
  }
});

test('it follows the times of the server, and never back', () => {
  const clock = new FrontClock(() => startMs - hourMs, startMs);
  clock.heard(undefined);
  clock.heard(startMs - 1);
  expect(clock.nowMs).toBe(startMs);
  clock.heard(startMs + 70_000);
  clock.heard(startMs + 60_000);
  expect(clock.nowMs).toBe(startMs + 70_000);
});

test('without frames it begins with the time of day', () => {
  expect(new FrontClock(() => startMs, undefined).nowMs).toBe(startMs);
});
