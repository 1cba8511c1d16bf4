/** Spans to an OpenTelemetry collector by OTLP over HTTP. Loaded only when traces are wanted: it brings the SDK with it. */
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Span } from '#stages/traced-spans';
import type { SpanSink } from './tracing.js';

export interface OtlpSettings {
  /** Full address, e.g. `http://collector:4318/v1/traces`. Headers, time limit, compression and certificates: OTEL_EXPORTER_OTLP_*, read by the exporter. */
  readonly url: string;
  /** `service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES name another. */
  readonly service: string;
  readonly version: string;
}

const scope = { name: 'afluente' } as const;
const kinds = { consumer: SpanKind.CONSUMER, producer: SpanKind.PRODUCER, internal: SpanKind.INTERNAL } as const;

/**
 * Spans are handed to the exporter as they are, without a tracer of the SDK: their ids are derived, not drawn, and they end when they begin to exist. The
 * resource says nothing of the process, so that whoever takes a task over repeats a span exactly.
 */
export function openOtlp({ url, service, version }: OtlpSettings): SpanSink {
  const exporter = new OTLPTraceExporter({ url });
  const resource = resourceFromAttributes({ [ATTR_SERVICE_NAME]: service, [ATTR_SERVICE_VERSION]: version }).merge(detectResources({ detectors: [envDetector] }));
  return {
    send: (spans) => new Promise((resolve, reject) => {
      exporter.export(spans.map((span) => readable(span, resource)), ({ code, error }) => (code === ExportResultCode.SUCCESS ? resolve() : reject(error ?? new Error('the collector did not take the spans'))));
    }),
    close: () => exporter.shutdown(),
  };
}

function readable({ name, kind, traceId, spanId, parentId, startUs, endUs, attributes, links }: Span, resource: Resource): ReadableSpan {
  const context = contextOf(traceId, spanId);
  return {
    name,
    kind: kinds[kind],
    spanContext: () => context,
    ...(parentId !== undefined && { parentSpanContext: contextOf(traceId, parentId) }),
    startTime: timeOf(startUs),
    endTime: timeOf(endUs),
    duration: timeOf(endUs - startUs),
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes,
    links: links.map((link) => ({ context: contextOf(link.traceId, link.spanId) })),
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf(traceId: string, spanId: string): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

/** Seconds and nanoseconds. */
function timeOf(us: number): HrTime {
  const seconds = Math.floor(us / 1_000_000);
  return [seconds, Math.round((us - seconds * 1_000_000) * 1000)];
}
