/** Questions about facts that several checks ask. */
import type { StreamFacts } from '#frame/lineage';
import { type Service, serviceOf } from '#stages/topology/topology';
import type { Facts, FoundStream, NatsFacts, Process, StreamLook, TaskLook } from './facts.js';
import { seenOf } from './looked.js';

export function natsOf(facts: Facts): NatsFacts | undefined {
  return seenOf(facts.nats);
}

export interface PresentStream extends StreamLook {
  readonly present: FoundStream;
}

/** Streams that are there. */
export function presentStreams(facts: Facts): PresentStream[] {
  return (natsOf(facts)?.streams ?? []).flatMap((stream) => {
    const present = seenOf(stream.found);
    return present ? [{ ...stream, present }] : [];
  });
}

/** Streams that are known not to be there. */
export function absentStreams(facts: Facts): StreamLook[] {
  return (natsOf(facts)?.streams ?? []).filter(({ found }) => found.seen && found.value === undefined);
}

/** Whether there is any stream of the pipeline's own. */
export function hasStarted(facts: Facts): boolean {
  return presentStreams(facts).some(({ role }) => role === 'log' || role === 'bucket');
}

/** Processes by service; undefined when nobody could look. */
export function aliveOf(facts: Facts, service: Service): readonly Process[] | undefined {
  return seenOf(natsOf(facts)?.alive)?.filter((process) => process.service === service);
}

/** Whether a process that lives runs the task: what it says of itself is true by now, and it checks its inputs itself. */
export function isLive(facts: Facts, { task, status }: Pick<TaskLook, 'task' | 'status'>): boolean {
  return (
    status?.state === 'running' &&
    aliveOf(facts, serviceOf(task))?.some(({ instance }) => instance === status.owner) === true
  );
}

export function streamFactsOf(facts: Facts): ReadonlyMap<string, StreamFacts> {
  return new Map(presentStreams(facts).map(({ stream, present }) => [stream, present.facts]));
}

/** Now by the server's clock, epoch ms, as far as it is known. */
export function serverNowMs({ nowMs, clock }: NatsFacts): number {
  return nowMs + (clock?.aheadMs ?? 0);
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
