/** One line of a case's messages.ndjson, and the messages it stands for. */
import type { RawMessage } from '../../support/nats/raw-nats.js';
import { filled } from './fill-in.js';

/** Exactly one of `event`, `payload` and `base64` is given. */
export interface CaseLine {
  readonly subject: string;
  /** Written as JSON. */
  readonly event?: unknown;
  readonly payload?: string;
  readonly base64?: string;
  /** Names and values, in their order. */
  readonly headers?: ReadonlyArray<readonly [string, string]>;
  /** The lines of headers as they shall go out, where `headers` would be too well formed. */
  readonly rawHeaders?: string;
  /** So many messages are made of the line; `{{n}}` in it counts them from 0. */
  readonly times?: number;
}

export function messagesOf(line: CaseLine, nowMs: number): RawMessage[] {
  return Array.from({ length: line.times ?? 1 }, (_, n) => {
    const text = line.payload ?? (line.event === undefined ? undefined : JSON.stringify(line.event));
    const payload =
      text === undefined ? Buffer.from(line.base64 ?? '', 'base64') : Buffer.from(filled(text, { nowMs, n }));
    return { subject: line.subject, payload, head: headOf(line) };
  });
}

function headOf({ headers, rawHeaders }: CaseLine): Buffer | undefined {
  const lines = rawHeaders ?? headers?.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return lines === undefined ? undefined : Buffer.from(`NATS/1.0\r\n${lines}\r\n`);
}
