/** What a person is told of a line of a service: of its JSON lines the warnings and errors, as a sentence; of all else everything. */
import type { Service } from '#stages/topology/topology';
import { cutText } from '#terminal/text-width';

export interface ServiceWords {
  readonly level: 'warning' | 'error';
  readonly text: string;
}

/** Fields that the sentence has in another place, or that say nothing to a person who sees it happen. */
const placed = new Set(['level', 'time', 'service', 'instance', 'msg', 'reason', 'err', 'task']);
const levels: ReadonlyMap<unknown, ServiceWords['level']> = new Map([
  ['warn', 'warning'],
  ['error', 'error'],
  ['fatal', 'error'],
]);
const fieldColumnsMax = 120;

/** @param line without its end @returns undefined for what is no news */
export function wordsOf(service: Service, line: string): ServiceWords | undefined {
  if (line.trim() === '') return undefined;
  const entry = entryOf(line);
  // What is no JSON comes from Node, a library or the watchdog, and never without need.
  if (entry === undefined)
    return { level: 'warning', text: line.startsWith(`${service}: `) ? line : `${service}: ${line}` };
  const level = levels.get(entry['level']);
  return level && { level, text: sentence(entry['task'] ?? service, entry) };
}

/** `validate.orders.1: task starts again from its last frame: <reason>` */
function sentence(who: unknown, entry: Readonly<Record<string, unknown>>): string {
  const details = Object.entries(entry).flatMap(([name, value]) =>
    placed.has(name) || value === null || typeof value === 'object'
      ? []
      : [`${name} ${cutText(String(value), fieldColumnsMax)}`],
  );
  const reason = entry['reason'] ?? messageOf(entry['err']);
  return `${who}: ${entry['msg']}${details.length > 0 ? ` (${details.join(', ')})` : ''}${reason === undefined ? '' : `: ${reason}`}`;
}

function messageOf(err: unknown): unknown {
  return typeof err === 'object' && err !== null && 'message' in err ? err.message : (err ?? undefined);
}

function entryOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'level' in value && 'msg' in value ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
