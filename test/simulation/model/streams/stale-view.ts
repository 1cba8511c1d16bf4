/** What a former leader of a stream still answers: the stream as it was when it led. */
import { type ApiError, noMessageFound } from '../api-error.js';
import type { Query, StoredMessage, StoredStream } from './stored-stream.js';
import { matches } from './subjects.js';

export interface View {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export function staleView(
  { history }: StoredStream,
  { firstSeq, lastSeq }: View,
  query: Query,
): StoredMessage | ApiError {
  const found = history.findLast(
    ({ seq, subject }) =>
      seq >= firstSeq && seq <= lastSeq && ('seq' in query ? seq === query.seq : matches(query.last_by_subj, subject)),
  );
  return found ?? noMessageFound;
}
