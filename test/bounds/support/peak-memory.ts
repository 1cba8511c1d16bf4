/** The most memory that a process has ever had, as the kernel counted it. */
import { readFileSync } from 'node:fs';

const kibPerMib = 1024;

/** Peak of the resident set since the process started (VmHWM of proc(5)), MiB. */
export function peakMebibytes(pid: number): number {
  return field(pid, 'VmHWM') / kibPerMib;
}

/** Resident set now (VmRSS), MiB. */
export function residentMebibytes(pid: number): number {
  return field(pid, 'VmRSS') / kibPerMib;
}

function field(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (found === undefined) throw new Error(`process ${pid} has no ${name} in /proc/${pid}/status`);
  return Number(found);
}
