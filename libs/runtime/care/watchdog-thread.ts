/** The watchdog's own thread: it looks at the ticks of the event loop, and when they stop for too long, says where, accuses the task at work, and ends the process. */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { mainStack } from './main-stack.js';
import { Standstill } from './standstill.js';
import type { WatchdogData } from './watchdog.js';
import { WorkMarks } from './work-marks.js';

const lookEveryMs = 250;
/** A server that does not answer may not keep the process: then its end is a death as any other. */
const accuseMsMax = 4_000;
/** The drain's own timer is on the loop and comes first when the loop goes round. */
const drainGraceMs = 1_000;

const data = workerData as WatchdogData;
const { service, instance, stallMsMax, drainMsMax } = data;
const marks = new WorkMarks(data.tasks, data.memory);
const standstill = new Standstill(lookEveryMs);
let ending = false;

setInterval(() => {
  const { stoodMs, endingMs } = standstill.look(marks.ticks, marks.isEnding, performance.now());
  if (!ending && stoodMs > stallMsMax)
    void end(`the event loop has stood still for ${Math.round(stoodMs / 100) / 10} s`);
  else if (!ending && endingMs > drainMsMax + drainGraceMs)
    void end(`the process has not ended ${drainMsMax / 1000} s after it was told to`);
}, lookEveryMs);

async function end(why: string): Promise<void> {
  ending = true;
  const { works, ticks } = marks;
  say('fatal', { works, at: await mainStack() }, `${why}: the process ends here`);
  // Rehearsals clear who is innocent, so all that are at work may be named.
  const accused =
    works.length === 0
      ? undefined
      : accuse(works.map(({ task }) => task)).then(
          () => undefined,
          (error: Error) => say('warn', { err: error.name }, 'who was at work is not noted'),
        );
  await Promise.race([accused, sleep(accuseMsMax)]);
  if (marks.ticks !== ticks && !marks.isEnding) {
    say('warn', {}, 'the event loop goes on, and so does the process');
    ending = false;
    return;
  }
  process.kill(process.pid, 'SIGKILL');
}

/** Loaded when it is needed: a client of NATS takes 20 MiB. */
async function accuse(tasks: readonly string[]): Promise<void> {
  const { accuseTasks } = await import('./accuse-tasks.js');
  await accuseTasks(data, tasks);
}

/** A line as the logger's. Standard error of a thread goes through the loop that stands still, a write of its own does not. */
function say(level: 'fatal' | 'warn', facts: Readonly<Record<string, unknown>>, msg: string): void {
  try {
    writeSync(2, `${JSON.stringify({ level, time: new Date().toISOString(), service, instance, ...facts, msg })}\n`);
  } catch {
    // Nobody reads.
  }
}
