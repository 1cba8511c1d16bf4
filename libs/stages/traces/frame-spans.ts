/** The spans that tell of a stored frame: one for each traced event, and one for the batch they came in. */
import type { FrameHead } from '#frame/head';
import type { FrameTraces, Outcome, TracedEvent } from '#frame/traces';
import type { Service } from '../define/define-stage.js';
import { type AttributesOf, linksTo, type Span, sharing } from './span.js';
import { batchSpan, type SpanRef } from './trace-context.js';

/** A log as its spans call it. */
export interface TracedLog {
  /** Task that writes the log. */
  readonly task: string;
  /** By which its stage is known to people. */
  readonly service: Service;
  /** What stands beside an accepted event: its arrival (epoch µs), its time, or the start of its window (epoch ms). */
  readonly detail: 'arrival' | 'time' | 'window';
  /** Source or window. */
  readonly origin: string;
  /** The stream it reads. */
  readonly from: string;
  readonly stream: string;
  readonly partition: number;
  /** Incarnation of the log. */
  readonly created: string;
}

/** What spans tell of a frame: its head, decoded. */
export type ToldFrame = Pick<FrameHead, 'inputs' | 'sections'> & { readonly traces: FrameTraces };

/**
 * Gives the spans of a stored frame with traced events. Everything in them stands in its head, so the writer and whoever takes its log over
 * tell the same ones. Names of attributes: OpenTelemetry semantic conventions for messaging 1.37, the others are ours.
 */
export function frameSpans(log: TracedLog): (seq: number, frame: ToldFrame) => Span[] {
  const { service: stage, detail: meaning } = log;
  const shared = {
    'messaging.system': 'nats',
    'messaging.operation.name': stage,
    'messaging.operation.type': 'process',
    'messaging.destination.name': log.from,
    'afluente.task': log.task,
  };
  // Nearly all events of a log have the same attributes, and share them: they are encoded once.
  const attributesOf = sharing((outcome, detail) => ({ ...shared, ...outcomeOf(meaning, outcome, detail) }));
  return (seq, frame) => spansOfFrame(log, `${stage} ${log.origin}`, attributesOf, seq, frame);
}

function spansOfFrame(log: TracedLog, name: string, attributesOf: AttributesOf, seq: number, frame: ToldFrame): Span[] {
  const { traces } = frame;
  const batch = batchSpan(log.stream, log.created, seq);
  const links = [batch];
  const spans = traces.events.map((event) => eventSpan(log, name, attributesOf, traces, event, links));
  return [...spans, appendSpan(log, batch, seq, frame, spans)];
}

function eventSpan(
  log: TracedLog,
  name: string,
  attributesOf: AttributesOf,
  { startUs, endUs }: FrameTraces,
  { traceId, spanId, parentId, outcome, detail }: TracedEvent,
  links: readonly SpanRef[],
): Span {
  const isArrival = log.detail === 'arrival';
  return {
    traceId,
    spanId,
    parentId,
    name,
    kind: 'consumer',
    startUs: isArrival ? Math.min(Number(detail), endUs) : startUs,
    endUs,
    attributes: attributesOf(outcome, isArrival || (outcome === 'ok' && log.detail === 'time') ? '' : detail),
    links,
  };
}

function appendSpan(
  { stream, partition, task }: TracedLog,
  batch: SpanRef,
  seq: number,
  { traces: { startUs, endUs, leftOut }, inputs, sections }: ToldFrame,
  spans: readonly Span[],
): Span {
  return {
    ...batch,
    parentId: undefined,
    name: `append ${stream.slice(0, stream.lastIndexOf('_'))}`,
    kind: 'producer',
    startUs,
    endUs,
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.name': 'append',
      'messaging.operation.type': 'send',
      'messaging.destination.name': stream,
      'messaging.destination.partition.id': String(partition),
      'messaging.batch.message_count': inputs.reduce((sum, { first, last }) => sum + last - first + 1, 0),
      'afluente.task': task,
      'afluente.frame': seq,
      'afluente.rows': sections.reduce((sum, { rows }) => sum + rows, 0),
      ...(leftOut > 0 && { 'afluente.events.left_out': leftOut }),
    },
    links: linksTo(spans),
  };
}

function outcomeOf(meaning: TracedLog['detail'], outcome: Outcome, detail: string): Record<string, string> {
  if (detail === '') return { 'afluente.outcome': outcome };
  const windowed = outcome === 'ok' && meaning === 'window';
  return {
    'afluente.outcome': outcome,
    ...(windowed ? { 'afluente.window.start': new Date(Number(detail)).toISOString() } : { 'afluente.reason': detail }),
  };
}
