/** Checks of the processes of the services and of who runs which task. */
import { type Service, serviceOf } from '#stages/topology/topology';
import type { Check } from '../check.js';
import type { Facts, Process, TaskLook } from '../facts.js';
import { aliveOf, counted, hasStarted, natsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf } from '../looked.js';

const serviceAbsent: Check = {
  id: 'service-absent',
  severity: 'error',
  finds: 'no process of a service lives',
  find: (facts) => {
    if (!hasStarted(facts)) return [];
    const tasks = natsOf(facts)?.tasks ?? [];
    const services = [...new Set(tasks.map(({ task }) => serviceOf(task)))];
    return services
      .filter((service) => aliveOf(facts, service)?.length === 0)
      .map((service) => ({
        subject: service,
        message: `no process of it lives; it has ${counted(tasksOf(tasks, service).length, 'task')}`,
        remedy: 'Start it, and look at the end of its log: docs/runbooks/service-absent.md.',
      }));
  },
};

function tasksOf(tasks: readonly TaskLook[], service: Service): TaskLook[] {
  return tasks.filter(({ task }) => serviceOf(task) === service);
}

/** The process that has the lease of a task; undefined when it does not live, or there is none. */
function ownerOf(facts: Facts, task: string, alive: readonly Process[]): Process | undefined {
  const session = seenOf(natsOf(facts)?.leases)?.get(task);
  return alive.find((process) => process.memberId === session);
}

/** Tasks of services that live, with the processes of the service. */
function served(facts: Facts): Array<TaskLook & { readonly alive: readonly Process[] }> {
  return (natsOf(facts)?.tasks ?? []).flatMap((look) => {
    const alive = aliveOf(facts, serviceOf(look.task)) ?? [];
    return alive.length > 0 ? [{ ...look, alive }] : [];
  });
}

const taskUnowned: Check = {
  id: 'task-unowned',
  severity: 'error',
  finds: 'nobody runs a task, although a process of its service lives',
  find: (facts) => {
    if (!natsOf(facts)?.leases.seen) return [];
    return served(facts)
      .filter(({ task, alive }) => !ownerOf(facts, task.name, alive))
      .map(({ task, alive }) => ({
        subject: task.name,
        message: `nobody runs it, although ${alive.length === 1 ? 'a process' : `${alive.length} processes`} of ${serviceOf(task)} ${alive.length === 1 ? 'lives' : 'live'}`,
        remedy:
          'Look again in some seconds, for it may be on its way from one process to another. If it stays so, these processes may have another pipeline folder: docs/runbooks/task-unowned.md.',
      }));
  },
};

const statusStale: Check = {
  id: 'status-stale',
  severity: 'warning',
  finds: 'a task has no status, or one of a process that is gone, although somebody has it',
  find: (facts) => {
    if (!natsOf(facts)?.board.seen || !natsOf(facts)?.leases.seen) return [];
    return served(facts).flatMap(({ task, status, alive }): Trouble[] => {
      const owner = ownerOf(facts, task.name, alive);
      if (!owner || status?.owner === owner.instance) return [];
      const message = status
        ? `its status is of ${status.owner}, but ${owner.instance} has the task`
        : `it has no status, although ${owner.instance} has it`;
      return [
        {
          subject: task.name,
          message,
          remedy: `Look again in some seconds. If it stays so, look at the log of ${owner.instance}: it may stand still, or may not write to the tasks bucket.`,
        },
      ];
    });
  },
};

export const processChecks: readonly Check[] = [serviceAbsent, taskUnowned, statusStale];
