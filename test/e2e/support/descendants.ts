/** Child processes of a process, and theirs, from /proc: to see that none is left behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Parent of a process (proc(5), /proc/[pid]/stat field 4); undefined when it is gone. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

export function descendantsOf(ancestor: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = pids.filter((pid) => parentOf(pid) === ancestor);
  return children.flatMap((pid) => [pid, ...descendantsOf(pid)]);
}

export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => existsSync(`/proc/${pid}`));
}
