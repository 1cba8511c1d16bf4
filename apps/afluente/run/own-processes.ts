/** The processes that this one has started: a user in a hurry ends them all at once. */
import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

/** @returns the same process, known until it ends */
export function ownProcess<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export function killOwnProcesses(): void {
  for (const child of running) child.kill('SIGKILL');
}
