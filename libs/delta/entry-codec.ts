/** A log entry as newline-delimited JSON, one action a line. */
import type { Action, LogEntry } from './actions.js';

const requiredMembers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  protocol: { minReaderVersion: 'number', minWriterVersion: 'number' },
  metaData: { id: 'string', schemaString: 'string', partitionColumns: 'object' },
  add: { path: 'string', partitionValues: 'object', size: 'number' },
  remove: { path: 'string' },
  txn: { appId: 'string', version: 'number' },
  commitInfo: {},
};

export type ParsedEntry =
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  | { readonly kind: 'unreadable'; readonly reason: string };

export function encodeEntry(actions: readonly Action[]): string {
  return actions.map((action) => `${JSON.stringify(action)}\n`).join('');
}

/** Unknown actions are ignored, as the protocol asks of readers. */
export function parseEntry(version: number, text: string): ParsedEntry {
  const actions: Action[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (typeof parsed === 'string') return unreadable(version, index + 1, parsed);
    if (parsed !== undefined) actions.push(parsed);
  }
  return { kind: 'entry', entry: { version, actions } };
}

/** The action, undefined for an unknown one, or what is wrong with the line. */
function parseLine(line: string): Action | string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  if (!isObject(value)) return 'is not a JSON object';
  const name = Object.keys(requiredMembers).find((known) => known in value);
  if (name === undefined) return undefined;
  const wrong = wrongMember(name, value[name]);
  return wrong ?? (withDefaults(name, value) as unknown as Action);
}

function wrongMember(name: string, body: unknown): string | undefined {
  if (!isObject(body)) return `holds no object under "${name}"`;
  const wrong = Object.entries(requiredMembers[name] ?? {}).find(([member, type]) => typeof body[member] !== type);
  return wrong && `needs "${name}.${wrong[0]}" of type ${wrong[1]}`;
}

/** Other writers may leave out what the protocol calls optional. */
function withDefaults(name: string, value: Record<string, unknown>): Record<string, unknown> {
  const body = value[name];
  return name === 'metaData' && isObject(body) ? { metaData: { configuration: {}, ...body } } : { [name]: body };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(version: number, line: number, what: string): ParsedEntry {
  return { kind: 'unreadable', reason: `log entry ${version}, line ${line} ${what}` };
}
