/** How much of its processors' time the machine did not get: a virtual one shares its host. */
import { existsSync, readFileSync } from 'node:fs';

const stat = '/proc/stat';
const msPerTick = 10;
/** user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)). */
const stealColumn = 8;

/** Of all processors, since the start of the machine; 0 where nobody says. */
export function stolenMs(): number {
  if (!existsSync(stat)) return 0;
  const [all = ''] = readFileSync(stat, 'utf8').split('\n');
  return Number(all.split(/ +/)[stealColumn] ?? 0) * msPerTick;
}
