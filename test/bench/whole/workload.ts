/** What a benchmark publishes: an example's events, one a message or many as NDJSON. */
import { createHash } from 'node:crypto';
import type { Example, Published } from '../../../examples/example.js';

/** Of an example what a benchmark needs. */
export type EventMaker = Pick<Example, 'startMs' | 'events'>;

export type Mode = 'single' | 'batch';

export interface Message {
  readonly subject: string;
  readonly msgId: string;
  /** Beside the id. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly payload: Uint8Array;
  readonly events: number;
}

export interface Load {
  readonly events: number;
  readonly seed: number;
  readonly startMs: number;
  readonly mode: Mode;
  /** Headers of each message beside its id: by turns one that all have in common, and one of its own, as long as a trace context. */
  readonly headers: number;
}

const eventsPerMessage = 100;
const newlineByte = Buffer.from('\n');

export async function* messages(example: EventMaker, load: Load): AsyncGenerator<Message[]> {
  for await (const batch of example.events({ count: load.events, seed: load.seed, startMs: load.startMs })) {
    const bare = load.mode === 'single' ? batch.map(single) : joined(batch);
    yield load.headers === 0
      ? bare
      : bare.map((message) => ({ ...message, headers: headersOf(message.msgId, load.headers) }));
  }
}

/** Events that must stand in silver, by source: the end of a run is known from them. */
export async function silverExpected(example: EventMaker, load: Load): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const batch of example.events({ count: load.events, seed: load.seed, startMs: load.startMs })) {
    for (const { expect } of batch)
      if (expect.table === 'silver') counts.set(expect.source, (counts.get(expect.source) ?? 0) + 1);
  }
  return counts;
}

function headersOf(msgId: string, count: number): Message['headers'] {
  return Array.from(
    { length: count },
    (_, i) =>
      [
        `x-header-${i}`,
        i % 2 === 0
          ? 'com.example.order.created'
          : createHash('sha256').update(`${msgId} ${i}`).digest('hex').slice(0, 55),
      ] as const,
  );
}

function single({ subject, msgId, payload }: Published): Message {
  return { subject, msgId, headers: [], payload, events: 1 };
}

/** Neighbours of one subject in one message; what may hold a line break or no JSON at all goes alone. */
function joined(batch: readonly Published[]): Message[] {
  const groups = new Map<string, Published[]>();
  const result: Message[] = [];
  const flush = (subject: string): void => {
    const group = groups.get(subject) ?? [];
    groups.delete(subject);
    if (group.length > 0)
      result.push({
        subject,
        msgId: group[0]!.msgId,
        headers: [],
        payload: Buffer.concat(group.flatMap((event) => [event.payload, newlineByte])),
        events: group.length,
      });
  };
  for (const event of batch) {
    if (event.expect.table === 'quarantine') {
      result.push(single(event));
      continue;
    }
    const group = groups.get(event.subject) ?? [];
    group.push(event);
    groups.set(event.subject, group);
    if (group.length === eventsPerMessage) flush(event.subject);
  }
  for (const subject of [...groups.keys()]) flush(subject);
  return result;
}
