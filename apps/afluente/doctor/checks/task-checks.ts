/** Checks of the state of each task, of what waits for it, and of what it refuses. */
import { streamOf } from '#frame/log-name';
import { validate } from '#stages/kinds/validate';
import { logTasksOf, serviceOf } from '#stages/topology/topology';
import type { Check } from '../check.js';
import type { Facts, NewestFrame, TaskLook } from '../facts.js';
import { aliveOf, counted, isLive, natsOf, serverNowMs } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf } from '../looked.js';

/** What waits longer than this and a commit of the lake is not just on its way. */
const waitsMsMax = 60_000;
const refusedShare = 0.5;
const refusedRowsMin = 20;

function tasksOf(facts: Facts): readonly TaskLook[] {
  return natsOf(facts)?.tasks ?? [];
}

const taskHalted: Check = {
  id: 'task-halted',
  severity: 'error',
  finds: 'a task has halted, for going on would lose something',
  find: (facts) =>
    tasksOf(facts).flatMap(({ task, status }) =>
      status?.state === 'halted'
        ? [
            {
              subject: task.name,
              message: `halted: ${withoutStop(status.reason ?? 'it does not say why')}`,
              remedy: `Correct what it says, then restart ${serviceOf(task)}: docs/runbooks/task-halted.md.`,
            },
          ]
        : [],
    ),
};

/** `stopped` is what a drained process leaves behind: that nobody runs the task is said by other checks. */
const taskNotRunning: Check = {
  id: 'task-not-running',
  severity: 'warning',
  finds: 'a task does not run, and has not halted: it starts again and again, or waits for something',
  find: (facts) =>
    tasksOf(facts).flatMap(({ task, status }) => {
      if (!status || ['running', 'halted', 'stopped'].includes(status.state)) return [];
      return [
        {
          subject: task.name,
          message: `is ${status.state} since ${new Date(status.updatedMs).toISOString()}: ${withoutStop(status.reason ?? 'it does not say why')}`,
          remedy: 'See to what it names; it goes on by itself then: docs/runbooks/task-restarting.md.',
        },
      ];
    }),
};

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

const eventsWait: Check = {
  id: 'events-wait',
  severity: 'warning',
  finds: 'what waits for a task is old',
  find: (facts) => {
    const nats = natsOf(facts);
    const commitMs = seenOf(facts.pipeline)?.topology.pipeline.lake.commit.latestMs ?? 0;
    return tasksOf(facts).flatMap((look): Trouble[] => {
      const { task, lag = 0, oldestMs } = look;
      // A drain leaves frames that only name a snapshot: where no process lives, nobody can tell whether more than that waits.
      if (task.stage.takes === 'frame' && aliveOf(facts, serviceOf(task))?.length === 0) return [];
      const ageMs = nats && oldestMs !== undefined ? serverNowMs(nats) - oldestMs : 0;
      if (ageMs < waitsMsMax + commitMs) return [];
      const remedy = isLive(facts, look)
        ? 'It runs, so it is too slow, or stands still: docs/runbooks/lag-growing.md.'
        : `It does not run: see what else is said of it and of ${serviceOf(task)}.`;
      return [
        {
          subject: task.name,
          message: `${counted(lag, task.stage.takes)} ${lag === 1 ? 'waits' : 'wait'} for it, the oldest for ${ageText(ageMs)}`,
          remedy,
        },
      ];
    });
  },
};

function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

const manyRefused: Check = {
  id: 'many-refused',
  severity: 'warning',
  finds: 'most of the newest events of a source went to quarantine',
  find: (facts) => {
    const topology = seenOf(facts.pipeline)?.topology;
    const sources = topology ? logTasksOf(topology, validate) : [];
    return [...new Set(sources.map(({ origin }) => origin))].flatMap((source): Trouble[] => {
      const streams = new Set(sources.filter(({ origin }) => origin === source).map(({ output }) => streamOf(output)));
      const frames = (natsOf(facts)?.frames ?? []).filter(({ stream }) => streams.has(stream));
      const [all, refused] = [rowsOf(frames, ['ok', 'rejected', 'late']), rowsOf(frames, ['rejected', 'late'])];
      if (all < refusedRowsMin || refused / all < refusedShare) return [];
      return [
        {
          subject: `source ${source}`,
          message: `${refused} of the newest ${all} events were refused or late`,
          remedy: `See why in its table of quarantine: \`afluente query "SELECT reason, pointer, count(*) FROM quarantine_${source} GROUP BY ALL"\`; docs/runbooks/rejection-rate.md.`,
        },
      ];
    });
  },
};

function rowsOf(frames: readonly NewestFrame[], names: readonly string[]): number {
  return frames
    .flatMap(({ head }) => head?.sections ?? [])
    .filter(({ name }) => names.includes(name))
    .reduce((sum, { rows }) => sum + rows, 0);
}

export const taskChecks: readonly Check[] = [taskHalted, taskNotRunning, eventsWait, manyRefused];
