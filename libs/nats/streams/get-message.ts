/** Single messages of a stream, read from its leader. */
import { JetStreamApiError, type StoredMsg } from '@nats-io/jetstream';
import type { Nats } from '../ground/nats.js';

const noMessageFound = 10037;

interface Messages {
  readonly jsm: { readonly streams: Pick<Nats['jsm']['streams'], 'getMessage'> };
}

/**
 * Sequence of the newest message that is there, under these subject filters or any subject; 0 when there is none. The stream's own
 * last sequence may be of a message that was deleted, or of another subject: whoever waits for that waits for ever.
 */
export async function newestSeqOf(nats: Messages, stream: string, filters: readonly string[]): Promise<number> {
  const newest = await Promise.all(
    (filters.length > 0 ? filters : ['>']).map((filter) => getMessage(nats, stream, { last_by_subj: filter })),
  );
  return Math.max(...newest.map((message) => message?.seq ?? 0));
}

/** The first message at `seq` or behind it, under these subject filters or any subject; undefined when there is none. */
export async function nextMessage(
  nats: Messages,
  stream: string,
  seq: number,
  filters: readonly string[],
): Promise<StoredMsg | undefined> {
  const found = await Promise.all(
    (filters.length > 0 ? filters : ['>']).map((filter) => getMessage(nats, stream, { seq, next_by_subj: filter })),
  );
  return found.filter((message) => message !== undefined).sort((a, b) => a.seq - b.seq)[0];
}

export async function getMessage(
  nats: Messages,
  stream: string,
  query: { seq: number } | { last_by_subj: string } | { seq: number; next_by_subj: string },
): Promise<StoredMsg | undefined> {
  try {
    return (await nats.jsm.streams.getMessage(stream, query)) ?? undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === noMessageFound) return undefined;
    throw error;
  }
}
