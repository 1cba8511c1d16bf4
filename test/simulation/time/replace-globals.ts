/** Puts virtual time and seeded chance behind the globals and built-in modules through which the product meets clock and chance. */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { Random } from './random.js';
import { startMs, VirtualTime } from './virtual-time.js';

/** A timer as Node gives it. */
class VirtualTimer {
  callOff: () => void = () => undefined;

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

let time = new VirtualTime();
let random = new Random(0);
/** The client draws from it for the names of inboxes, now and then: such draws must not move those of the seed. */
const ofNoMatter = new Random(0);

/** What runs from now on sees this time and this chance. */
export function useTime(next: VirtualTime, chance: Random): void {
  time = next;
  random = chance;
}

type Callback = (...args: unknown[]) => void;

function later(run: Callback, delayMs = 0, ...args: unknown[]): VirtualTimer {
  const timer = new VirtualTimer();
  timer.callOff = time.after(delayMs, time.current, () => run(...args));
  return timer;
}

function everySoOften(run: Callback, everyMs = 0, ...args: unknown[]): VirtualTimer {
  const timer = new VirtualTimer();
  const { current } = time;
  const tick = (): void => {
    timer.callOff = time.after(Math.max(1, everyMs), current, tick);
    run(...args);
  };
  timer.callOff = time.after(Math.max(1, everyMs), current, tick);
  return timer;
}

const callOff = (timer?: VirtualTimer): void => timer?.callOff();

function randomHex(digits: number): string {
  let text = '';
  while (text.length < digits) text += random.int(0, 0xffff).toString(16).padStart(4, '0');
  return text.slice(0, digits);
}

const uuid = (): string => [8, 4, 4, 4, 12].map(randomHex).join('-');

/** Call it once, before the product is loaded. */
export function replaceGlobals(): void {
  Object.assign(globalThis, {
    setTimeout: later,
    setInterval: everySoOften,
    setImmediate: (run: Callback, ...args: unknown[]) => later(run, 0, ...args),
    clearTimeout: callOff,
    clearInterval: callOff,
    clearImmediate: callOff,
  });
  Date.now = () => Math.floor(time.shownMs);
  performance.now = () => time.nowMs - startMs;
  Math.random = ofNoMatter.next;
  Object.assign(crypto, { randomUUID: uuid });
  Object.assign(timers, {
    setTimeout: (delayMs?: number) => new Promise((resolve) => later(resolve, delayMs)),
    setImmediate: () => new Promise((resolve) => later(resolve)),
  });
  syncBuiltinESMExports();
}
