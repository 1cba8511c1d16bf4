/** What the kinds make their messages with. */
import type { Draft } from './drafts.js';
import type { Fate, HostileMessage, SourceName } from './hostile-message.js';

const subjects: Readonly<Record<SourceName, string>> = {
  orders: 'hostile.orders',
  texts: 'hostile.texts.a',
  loose: 'hostile.loose',
};

/** One message that is one event. */
export function single(
  source: SourceName,
  payload: string | Uint8Array,
  becomes: Fate,
  more: Partial<HostileMessage> = {},
): HostileMessage {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return {
    source,
    subject: subjects[source],
    payload: bytes,
    head: undefined,
    headers: [],
    refusal: 'never',
    events: [{ becomes, bytes }],
    ...more,
  };
}

/** One message with several events, whose bytes are those of `events` where they are given. */
export function several(
  source: SourceName,
  payload: string,
  events: ReadonlyArray<{ readonly text?: string; readonly becomes: Fate }>,
): HostileMessage {
  return {
    ...single(source, payload, 'any'),
    events: events.map(({ text, becomes }) => ({ becomes, bytes: text === undefined ? undefined : Buffer.from(text) })),
  };
}

/** A message of which only the invariants are known. */
export function free(source: SourceName, payload: Uint8Array): HostileMessage {
  return { ...single(source, payload, 'any'), events: undefined };
}

export function json(draft: Draft, changes: Draft = {}): string {
  return JSON.stringify({ ...draft, ...changes });
}

/** JSON in which `text` stands for the value of a field, as it is. */
export function jsonWith(draft: Draft, field: string, text: string): string {
  return JSON.stringify({ ...draft, [field]: '@@' }).replace('"@@"', () => text);
}

export function without(draft: Draft, field: string): string {
  return JSON.stringify({ ...draft, [field]: undefined });
}

export function headOf(headers: ReadonlyArray<readonly [string, string]>): Buffer {
  return Buffer.from(`NATS/1.0\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
}

/** A block of headers with lines as they are given. */
export function oddHead(lines: string | Uint8Array, first = 'NATS/1.0'): Buffer {
  return Buffer.concat([Buffer.from(`${first}\r\n`), Buffer.from(lines), Buffer.from('\r\n')]);
}
