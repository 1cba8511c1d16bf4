/** A signal wakes its waiter once, in time, and forgets nothing that came early. */
import { describe, expect, test } from '@jest/globals';
import type { LogTaskSpec } from '#stages/topology/topology';
import { perTask } from './per-task.js';
import { Signal } from './signal.js';

async function waited(signal: Signal, timeoutMs: number): Promise<number> {
  const startedMs = performance.now();
  await signal.wait(timeoutMs);
  return performance.now() - startedMs;
}

describe('a signal', () => {
  test('wakes who waits', async () => {
    const signal = new Signal();
    setTimeout(signal.notify, 5);
    expect(await waited(signal, 10_000)).toBeLessThan(5_000);
  });

  test('that came first is not lost, and counts once', async () => {
    const signal = new Signal();
    signal.notify();
    signal.notify();
    expect(await waited(signal, 10_000)).toBeLessThan(5_000);
    expect(await waited(signal, 30)).toBeGreaterThan(20);
  });

  test('ends a wait by itself after the timeout, and still works then', async () => {
    const signal = new Signal();
    expect(await waited(signal, 20)).toBeGreaterThan(10);
    const waiting = waited(signal, 10_000);
    signal.notify();
    expect(await waiting).toBeLessThan(5_000);
    expect(await waited(signal, 20)).toBeGreaterThan(10);
  });
});

describe('what is made per task', () => {
  test('is made once for each name, also when it is falsy', () => {
    let made = 0;
    const task = (name: string) => ({ name }) as LogTaskSpec;
    const make = perTask(({ name }) => {
      made += 1;
      return name.length - 1;
    });
    expect([make(task('a')), make(task('bb')), make(task('a')), make(task('a'))]).toEqual([0, 1, 0, 0]);
    expect(made).toBe(2);
  });
});
