/**
 * Whether a front stream is the one that the raw logs have read. Its incarnation says so, unless the server forgot when a stream of the user's was created, or
 * somebody restored an older copy of ours. So frames also tell when the server stored the newest message that they cover.
 */
import { checkOpen, type StreamFacts } from '#frame/lineage';
import { HaltError } from '#nats/ground/halt-error';
import type { Nats } from '#nats/ground/nats';
import { getMessage } from '#nats/streams/get-message';

/** A message of a front stream, known by when the server stored it, epoch ms. */
export interface FrontMessage {
  readonly seq: number;
  readonly storedMs: number;
}

/** What a raw log has read: through `seq` of the stream that it knows as `created`, and perhaps a part of the message behind. */
export interface FrontPosition {
  readonly created: string;
  readonly seq: number;
  /** The newest message of which it holds something; undefined: not known. */
  readonly newest: FrontMessage | undefined;
}

/**
 * @param positions of all logs of the source that may hold something: what one of them proves holds for all that know the stream by the same name
 * @returns the incarnation under which the raw logs know the stream, or are to know it
 * @throws HaltError when it is another stream
 */
export async function incarnationRead(
  nats: Nats,
  front: StreamFacts,
  positions: readonly FrontPosition[],
): Promise<string> {
  const read = positions.filter(({ seq, newest }) => seq > 0 || newest);
  const proven = new Set<string>();
  for (const { created, newest } of read) {
    const isSame = newest && (await isThere(nats, front, newest));
    if (isSame === false)
      throw new HaltError(
        `${front.stream} was recreated, or restored from another copy: its message ${newest!.seq} is not the one that was read. Restore the stream, or start anew`,
      );
    if (isSame) proven.add(created);
  }
  for (const { created, seq } of read) {
    const verdict = checkOpen(
      { stream: front.stream, created: proven.has(created) ? front.created : created, seq, hash: undefined },
      { ...front, firstSeq: 0 },
    );
    if (verdict.kind === 'halt') throw new HaltError(verdict.reason);
  }
  return read.at(-1)?.created ?? front.created;
}

/** @returns undefined when it was deleted since, or never came back: then nobody can tell */
async function isThere(
  nats: Nats,
  { stream, firstSeq, lastSeq }: StreamFacts,
  { seq, storedMs }: FrontMessage,
): Promise<boolean | undefined> {
  if (seq < firstSeq || seq > lastSeq) return undefined;
  const stored = await getMessage(nats, stream, { seq });
  return stored && stored.time.getTime() === storedMs;
}
