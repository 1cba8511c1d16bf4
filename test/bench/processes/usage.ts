/** CPU time and peak memory of processes, from /proc. */
import { readFileSync } from 'node:fs';

/** Kernel clock ticks per second: USER_HZ, 100 on every Linux port of Node. */
const ticksPerSecond = 100;

export interface Usage {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** @throws when the process is gone */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    peakBytes: Number(peak?.[1] ?? 0) * 1024,
  };
}

/** Measures processes between two moments. */
export class UsageMeter {
  readonly #start: ReadonlyMap<string, number>;

  constructor(private readonly pids: ReadonlyMap<string, number>) {
    this.#start = new Map([...pids].map(([name, pid]) => [name, usageOf(pid).cpuSeconds]));
  }

  read(): Map<string, Usage> {
    return new Map(
      [...this.pids].map(([name, pid]) => {
        const { cpuSeconds, peakBytes } = usageOf(pid);
        return [name, { cpuSeconds: cpuSeconds - this.#start.get(name)!, peakBytes }];
      }),
    );
  }
}
