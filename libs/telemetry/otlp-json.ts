/**
 * Spans as an OTLP request in JSON (opentelemetry-proto, ExportTraceServiceRequest; ids as hexadecimal text, 64-bit numbers as text).
 *
 * Spans of one log share attributes, those of one batch links: each is encoded once. The SDK's own encoder takes five times as long, which was a third of what
 * traces cost (test/bench/RESULTS.md).
 */
import type { Span } from '#stages/traces/span';

export type AttributeValue = string | number | boolean;

const kinds: Readonly<Record<Span['kind'], number>> = { internal: 1, producer: 4, consumer: 5 };

/** @param resource attributes of the process */
export function otlpEncoder(
  resource: Readonly<Record<string, AttributeValue>>,
  scope: string,
): (spans: readonly Span[]) => Uint8Array {
  const head = `{"resourceSpans":[{"resource":{"attributes":${attributesJson(resource)}},"scopeSpans":[{"scope":{"name":${JSON.stringify(scope)}},"spans":[`;
  const known = new WeakMap<object, string>();
  return (spans) => {
    const once = <Value extends object>(value: Value, encode: (value: Value) => string): string => {
      const before = known.get(value);
      if (before !== undefined) return before;
      const text = encode(value);
      known.set(value, text);
      return text;
    };
    let text = head;
    for (const [i, span] of spans.entries())
      text += `${i === 0 ? '' : ','}${spanJson(span, once(span.attributes, attributesJson), once(span.links, linksJson))}`;
    return Buffer.from(`${text}]}]}]}`);
  };
}

/** Names are ours or the user's, ids are hexadecimal: only names need quoting. */
function spanJson(
  { traceId, spanId, parentId, name, kind, startUs, endUs }: Span,
  attributes: string,
  links: string,
): string {
  const parent = parentId === undefined ? '' : `"parentSpanId":"${parentId}",`;
  return `{"traceId":"${traceId}","spanId":"${spanId}",${parent}"name":${JSON.stringify(name)},"kind":${kinds[kind]},"startTimeUnixNano":"${startUs}000","endTimeUnixNano":"${endUs}000","attributes":${attributes},"links":${links},"status":{}}`;
}

function attributesJson(attributes: Readonly<Record<string, AttributeValue>>): string {
  return `[${Object.entries(attributes)
    .map(([key, value]) => `{"key":${JSON.stringify(key)},"value":${valueJson(value)}}`)
    .join(',')}]`;
}

function valueJson(value: AttributeValue): string {
  if (typeof value === 'string') return `{"stringValue":${JSON.stringify(value)}}`;
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  return Number.isInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${value}}`;
}

function linksJson(links: Span['links']): string {
  return `[${links.map(({ traceId, spanId }) => `{"traceId":"${traceId}","spanId":"${spanId}"}`).join(',')}]`;
}
