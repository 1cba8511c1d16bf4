/** What the children of this process have taken of the processors. */
import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, the same on every Linux. */
const ticksPerSecond = 100;

/** CPU seconds of all children that have ended, with their own: one child's are added when it ends. */
export function endedChildrenCpuSeconds() {
  const behindName = readFileSync('/proc/self/stat', 'utf8').split(') ')[1] ?? '';
  const [user = 0, system = 0] = behindName.split(' ').slice(13, 15).map(Number);
  return (user + system) / ticksPerSecond;
}
