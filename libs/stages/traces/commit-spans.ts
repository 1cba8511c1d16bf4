/** The spans that tell of a commit: one for each traced event in it, and one for the batch. */
import type { TracedEvent } from '#frame/traces';
import { linksTo, type Span, sharing } from './span.js';
import { batchSpan, type SpanRef, spanIds } from './trace-context.js';

/** A commit as its spans call it. */
export interface TracedCommit {
  /** Names the commit among all others of the table. */
  readonly id: string;
  readonly version: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly frames: number;
  readonly rows: number;
  readonly leftOut: number;
}

/** A traced event that waits for its commit, and the stream its frame came from. */
export interface CommittedEvent {
  readonly event: TracedEvent;
  readonly from: string;
}

/** Gives the spans of a commit; none when it has no traced events. */
export function commitSpans(
  task: string,
  table: string,
): (commit: TracedCommit, events: readonly CommittedEvent[]) => Span[] {
  const shared = { 'afluente.task': task, 'afluente.table': table };
  const spanIdOf = spanIds(`table ${table}`);
  const attributesOf = sharing((outcome, from) => ({
    'messaging.system': 'nats',
    'messaging.operation.name': 'commit',
    'messaging.operation.type': 'process',
    'messaging.destination.name': from,
    ...shared,
    'afluente.outcome': outcome,
  }));
  return (commit, events) => {
    if (events.length === 0) return [];
    const batch = batchSpan(`table ${table}`, commit.id, commit.version);
    const links = [batch];
    const spans = events.map(
      ({ event: { traceId, spanId: parentId, seq, index, outcome }, from }): Span => ({
        traceId,
        spanId: spanIdOf({ traceId, parentId }, seq, index),
        parentId,
        name: `commit ${table}`,
        kind: 'consumer',
        startUs: commit.startUs,
        endUs: commit.endUs,
        attributes: attributesOf(outcome, from),
        links,
      }),
    );
    return [...spans, appendSpan(table, shared, batch, commit, spans)];
  };
}

function appendSpan(
  table: string,
  shared: Span['attributes'],
  batch: SpanRef,
  { version, startUs, endUs, frames, rows, leftOut }: TracedCommit,
  spans: readonly Span[],
): Span {
  return {
    ...batch,
    parentId: undefined,
    name: `append ${table}`,
    kind: 'internal',
    startUs,
    endUs,
    attributes: {
      ...shared,
      'messaging.batch.message_count': frames,
      'afluente.rows': rows,
      'afluente.table.version': version,
      ...(leftOut > 0 && { 'afluente.events.left_out': leftOut }),
    },
    links: linksTo(spans),
  };
}
