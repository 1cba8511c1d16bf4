/** The spans that tell of a stored frame or a commit: one for each traced event, and one for the batch they came in. */
import type { FrameHead } from '#frame/head';
import { decodeTraces, type TracedEvent } from '#frame/traces';
import { batchSpan, spanIdOf, type SpanRef } from './trace-context.js';
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

/** What spans tell of a frame. */
export type ToldFrame = Pick<FrameHead, 'inputs' | 'sections'> & { readonly traces?: string | undefined };

/** Links from the span of a batch to those of its events. */
const linksMax = 64;

/**
 * Spans of a stored frame, none when it has no traced events. Everything in them stands in its head, so the writer and whoever takes its log over
 * tell the same ones. Names of attributes: OpenTelemetry semantic conventions for messaging 1.37, the others are ours.
 */
export function spansOfFrame(log: TracedLog, seq: number, { traces: text, inputs, sections }: ToldFrame): Span[] {
  const traces = text === undefined ? undefined : decodeTraces(text);
  if (!traces || traces.events.length === 0) return [];
  const { startUs, endUs, events, leftOut } = traces;
  const batch = batchSpan(log.stream, log.created, seq);
  const stage = stageOf(log.kind);
  const shared = { 'messaging.system': 'nats', 'messaging.operation.name': stage, 'messaging.operation.type': 'process', 'messaging.destination.name': log.from, 'afluente.task': log.task };
  const spans = events.map((event): Span => ({
    ...ids(event),
    name: `${stage} ${log.of}`,
    kind: 'consumer',
    startUs: log.kind === 'ingest' ? Math.min(Number(event.detail), endUs) : startUs,
    endUs,
    attributes: { ...shared, ...outcomeOf(log.kind, event) },
    links: [batch],
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
  readonly task: string;
  readonly table: string;
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

/** Spans of a commit; none when it has no traced events. */
export function spansOfCommit({ task, table, id, version, startUs, endUs, frames, rows, leftOut }: TracedCommit, events: readonly CommittedEvent[]): Span[] {
  if (events.length === 0) return [];
  const batch = batchSpan(`table ${table}`, id, version);
  const shared = { 'afluente.task': task, 'afluente.table': table };
  const spans = events.map(({ event: { traceId, spanId: parentId, seq, index, outcome }, from }): Span => ({
    traceId,
    spanId: spanIdOf({ traceId, parentId }, `table ${table}`, seq, index),
    parentId,
    name: `commit ${table}`,
    kind: 'consumer',
    startUs,
    endUs,
    attributes: { 'messaging.system': 'nats', 'messaging.operation.name': 'commit', 'messaging.operation.type': 'process', 'messaging.destination.name': from, ...shared, 'afluente.outcome': outcome },
    links: [batch],
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

function ids({ traceId, spanId, parentId }: TracedEvent): Pick<Span, 'traceId' | 'spanId' | 'parentId'> {
  return { traceId, spanId, parentId };
}

function refOf({ traceId, spanId }: SpanRef): SpanRef {
  return { traceId, spanId };
}

function stageOf(kind: Task['kind']): string {
  return kind === 'reduce' || kind === 'window' || kind === 'merge' ? 'aggregate' : kind;
}

function outcomeOf(kind: Task['kind'], { outcome, detail }: TracedEvent): Record<string, string> {
  if (outcome !== 'ok' || kind === 'validate' || kind === 'enrich' || kind === 'ingest') return { 'afluente.outcome': outcome, ...(outcome !== 'ok' && detail !== '' && { 'afluente.reason': detail }) };
  return { 'afluente.outcome': outcome, ...(detail !== '' && { 'afluente.window.start': new Date(Number(detail)).toISOString() }) };
}
