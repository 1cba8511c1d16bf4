/** The spans that tell of a stored frame or a commit: one for each traced event, and one for the batch they came in. */
import type { FrameHead } from '#frame/head';
import type { FrameTraces, Outcome, TracedEvent } from '#frame/traces';
import { batchSpan, spanIds, type SpanRef } from './trace-context.js';
import type { Task } from './topology.js';

export interface Span extends SpanRef {
  readonly name: string;
  readonly kind: 'consumer' | 'producer' | 'internal';
  readonly parentId: string | undefined;
  /** Epoch µs. */
  readonly startUs: number;
  readonly endUs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly SpanRef[];
}

/** A log as its spans call it. */
export interface TracedLog {
  /** Task that writes the log. */
  readonly task: string;
  readonly kind: Task['kind'];
  /** Source or window. */
  readonly of: string;
  /** The stream it reads. */
  readonly from: string;
  readonly stream: string;
  readonly partition: number;
  /** Incarnation of the log. */
  readonly created: string;
}

/** What spans tell of a frame: its head, decoded. */
export type ToldFrame = Pick<FrameHead, 'inputs' | 'sections'> & { readonly traces: FrameTraces };

/** Links from the span of a batch to those of its events. */
const linksMax = 64;

/**
 * Gives the spans of a stored frame with traced events. Everything in them stands in its head, so the writer and whoever takes its log over
 * tell the same ones. Names of attributes: OpenTelemetry semantic conventions for messaging 1.37, the others are ours.
 */
export function frameSpans(log: TracedLog): (seq: number, frame: ToldFrame) => Span[] {
  const stage = stageOf(log.kind);
  const shared = { 'messaging.system': 'nats', 'messaging.operation.name': stage, 'messaging.operation.type': 'process', 'messaging.destination.name': log.from, 'afluente.task': log.task };
  // Nearly all events of a log have the same attributes, and share them: they are encoded once.
  const attributesOf = sharing((outcome, detail) => ({ ...shared, ...outcomeOf(log.kind, outcome, detail) }));
  return (seq, frame) => spansOfFrame(log, `${stage} ${log.of}`, attributesOf, seq, frame);
}

function spansOfFrame(log: TracedLog, name: string, attributesOf: AttributesOf, seq: number, { traces, inputs, sections }: ToldFrame): Span[] {
  const { startUs, endUs, events, leftOut } = traces;
  const batch = batchSpan(log.stream, log.created, seq);
  const links = [batch];
  const spans = events.map(({ traceId, spanId, parentId, outcome, detail }): Span => ({
    traceId,
    spanId,
    parentId,
    name,
    kind: 'consumer',
    startUs: log.kind === 'ingest' ? Math.min(Number(detail), endUs) : startUs,
    endUs,
    attributes: attributesOf(outcome, log.kind === 'ingest' || (outcome === 'ok' && !isWindow(log.kind)) ? '' : detail),
    links,
  }));
  return [...spans, {
    ...batch,
    parentId: undefined,
    name: `append ${log.stream.slice(0, log.stream.lastIndexOf('_'))}`,
    kind: 'producer',
    startUs,
    endUs,
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.name': 'append',
      'messaging.operation.type': 'send',
      'messaging.destination.name': log.stream,
      'messaging.destination.partition.id': String(log.partition),
      'messaging.batch.message_count': inputs.reduce((sum, { first, last }) => sum + last - first + 1, 0),
      'afluente.task': log.task,
      'afluente.frame': seq,
      'afluente.rows': sections.reduce((sum, { rows }) => sum + rows, 0),
      ...(leftOut > 0 && { 'afluente.events.left_out': leftOut }),
    },
    links: spans.slice(0, linksMax).map(refOf),
  }];
}

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
export function commitSpans(task: string, table: string): (commit: TracedCommit, events: readonly CommittedEvent[]) => Span[] {
  const shared = { 'afluente.task': task, 'afluente.table': table };
  const spanIdOf = spanIds(`table ${table}`);
  const attributesOf = sharing((outcome, from) => ({ 'messaging.system': 'nats', 'messaging.operation.name': 'commit', 'messaging.operation.type': 'process', 'messaging.destination.name': from, ...shared, 'afluente.outcome': outcome }));
  return (commit, events) => (events.length === 0 ? [] : spansOfCommit(table, shared, spanIdOf, attributesOf, commit, events));
}

function spansOfCommit(table: string, shared: Span['attributes'], spanIdOf: ReturnType<typeof spanIds>, attributesOf: AttributesOf, { id, version, startUs, endUs, frames, rows, leftOut }: TracedCommit, events: readonly CommittedEvent[]): Span[] {
  const batch = batchSpan(`table ${table}`, id, version);
  const name = `commit ${table}`;
  const links = [batch];
  const spans = events.map(({ event: { traceId, spanId: parentId, seq, index, outcome }, from }): Span => ({
    traceId,
    spanId: spanIdOf({ traceId, parentId }, seq, index),
    parentId,
    name,
    kind: 'consumer',
    startUs,
    endUs,
    attributes: attributesOf(outcome, from),
    links,
  }));
  return [...spans, {
    ...batch,
    parentId: undefined,
    name: `append ${table}`,
    kind: 'internal',
    startUs,
    endUs,
    attributes: { ...shared, 'messaging.batch.message_count': frames, 'afluente.rows': rows, 'afluente.table.version': version, ...(leftOut > 0 && { 'afluente.events.left_out': leftOut }) },
    links: spans.slice(0, linksMax).map(refOf),
  }];
}

type AttributesOf = (outcome: Outcome, word: string) => Span['attributes'];

/** Windows begin again and again: their attributes are not remembered for ever. */
const SHARED_MAX = 64;

/** Makes the attributes of an outcome and one more word once. */
function sharing(make: AttributesOf): AttributesOf {
  const made = new Map<string, Span['attributes']>();
  return (outcome, word) => {
    const key = `${outcome} ${word}`;
    let attributes = made.get(key);
    if (attributes === undefined) {
      if (made.size >= SHARED_MAX) made.clear();
      made.set(key, (attributes = make(outcome, word)));
    }
    return attributes;
  };
}

function refOf({ traceId, spanId }: SpanRef): SpanRef {
  return { traceId, spanId };
}

function stageOf(kind: Task['kind']): string {
  return isWindow(kind) ? 'aggregate' : kind;
}

function isWindow(kind: Task['kind']): boolean {
  return kind === 'reduce' || kind === 'window' || kind === 'merge';
}

function outcomeOf(kind: Task['kind'], outcome: Outcome, detail: string): Record<string, string> {
  if (detail === '') return { 'afluente.outcome': outcome };
  const windowed = outcome === 'ok' && isWindow(kind);
  return { 'afluente.outcome': outcome, ...(windowed ? { 'afluente.window.start': new Date(Number(detail)).toISOString() } : { 'afluente.reason': detail }) };
}
