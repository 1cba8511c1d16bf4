/** Spans to an OpenTelemetry collector by OTLP over HTTP. Loaded only when traces are wanted: it brings the SDK's exporter with it. */
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Span } from '#stages/traces/span';
import { type AttributeValue, otlpEncoder } from './otlp-json.js';
import type { SpanSink } from './tracing.js';

export interface OtlpSettings {
  /** Full address, e.g. `http://collector:4318/v1/traces`. Headers, time limit, compression and certificates: OTEL_EXPORTER_OTLP_*, read by the exporter. */
  readonly url: string;
  /** `service.name`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES name another. */
  readonly service: string;
  readonly version: string;
}

const scope = 'afluente';

/**
 * The SDK's exporter, put together as its own exporters are, without a tracer: ids of our spans are derived, not drawn, and they end when they begin to exist.
 * The resource says nothing of the process, so that whoever takes a task over repeats a span exactly.
 */
export function openOtlp({ url, service, version }: OtlpSettings): SpanSink {
  const serializer = {
    serializeRequest: otlpEncoder(resourceOf(service, version), scope),
    deserializeResponse: () => ({}),
  };
  const counter = { name: 'span' as const, countItems: (spans: readonly Span[]) => spans.length };
  const options = convertLegacyHttpOptions({ url }, 'TRACES', 'v1/traces', { 'Content-Type': 'application/json' });
  const exporter = new OTLPExporterBase<readonly Span[]>(
    createOtlpHttpExportDelegate(options, serializer, 'otlp_http_json_span_exporter', counter, undefined),
  );
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        exporter.export(spans, ({ code, error }) =>
          code === ExportResultCode.SUCCESS
            ? resolve()
            : reject(error ?? new Error('the collector did not take the spans')),
        );
      }),
    close: () => exporter.shutdown(),
  };
}

function resourceOf(service: string, version: string): Record<string, AttributeValue> {
  const { attributes } = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: service,
    [ATTR_SERVICE_VERSION]: version,
  }).merge(detectResources({ detectors: [envDetector] }));
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[key, value]] : [],
    ),
  );
}
