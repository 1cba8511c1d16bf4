/** What the servers say about a stream: the parts of the client's StreamInfo that Afluente reads. */
import type { StreamInfo } from '@nats-io/jetstream';
import type { View } from './stale-view.js';
import type { StoredStream } from './stored-stream.js';

/** @param ts the server's time; undefined: it does not tell @param view what a former leader had */
export function describeStream(store: StoredStream, ts?: string, view?: View): StreamInfo {
  const { firstSeq, lastSeq } = view ?? store;
  const untouched = store.history.length === 0 && lastSeq === 0;
  const state = {
    messages: view ? Math.max(0, view.lastSeq - view.firstSeq + 1) : store.count,
    bytes: store.bytes,
    ...(store.at(firstSeq) && { first_ts: new Date(store.at(firstSeq)!.timeMs).toISOString() }),
    first_seq: untouched ? 0 : firstSeq,
    last_seq: lastSeq,
    num_deleted: 0,
    consumer_count: 0,
  };
  return {
    config: { max_bytes: -1, retention: 'limits', ...store.config },
    created: store.created,
    state,
    ...(ts !== undefined && { ts }),
  } as unknown as StreamInfo;
}
