/** Waits until everything that was published has gone through the pipeline into the lake. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Observer } from '../../apps/afluente/progress/observer.js';
import type { World } from './world/world.js';

const pollMs = 200;

/** @throws when a task has halted, or with what each task is at after `msMax` */
export async function waitUntilIdle(
  { admin, topology }: Pick<World, 'admin' | 'topology'>,
  msMax: number,
): Promise<void> {
  const observer = await Observer.open(admin, topology);
  const untilMs = performance.now() + msMax;
  try {
    // A question that fails is asked again.
    while (!(await observer.isIdle().catch(() => false))) {
      const halted = observer.halted();
      if (halted.length > 0) throw new Error(`tasks halted: ${halted.join('; ')}`);
      if (performance.now() > untilMs) throw new Error(`not idle after ${msMax / 1000} s: ${await describe(observer)}`);
      await sleep(pollMs);
    }
  } finally {
    observer.close();
  }
}

async function describe(observer: Observer): Promise<string> {
  const views = await observer.views();
  const busy = views.filter(({ status, lag }) => lag > 0 || status?.state !== 'running' || !status.idle);
  return busy
    .map(
      ({ task, status, position, lag }) =>
        `${task.name} ${status?.state} at ${position}, lag ${lag}, idle ${status?.idle} ${status?.reason ?? ''}`,
    )
    .join('; ');
}
