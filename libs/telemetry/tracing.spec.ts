/** Spans wait in a bounded queue; a collector that is away is told of once, and keeps nobody waiting. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { Span } from '#stages/traces/span';
import { type SpanSink, Tracing } from './tracing.js';
import { countSpans } from './tracing-metrics.js';
import { openOtlp } from './tracing-otlp.js';

const span = (n: number): Span => ({
  name: 'validate orders',
  kind: 'consumer',
  traceId: n.toString(16).padStart(32, '0'),
  spanId: n.toString(16).padStart(16, '0'),
  parentId: undefined,
  startUs: 1_790_000_000_123_456,
  endUs: 1_790_000_000_223_457,
  attributes: { 'afluente.outcome': 'ok', 'afluente.rows': 3 },
  links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
});
const spans = (count: number): Span[] => Array.from({ length: count }, (_, n) => span(n + 1));

describe('the queue', () => {
  let taken: number[];
  let away: boolean;
  let told: string[];
  let tracing: Tracing;

  beforeEach(() => {
    jest.useFakeTimers();
    [taken, away, told] = [[], false, []];
    const sink: SpanSink = {
      send: (batch) => {
        if (away) return Promise.reject(new Error('away'));
        taken.push(batch.length);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    tracing = new Tracing(sink, {
      onTrouble: () => told.push('trouble'),
      onWorking: (dropped) => told.push(`working, ${dropped} dropped`),
    });
  });
  afterEach(async () => {
    await tracing.close(0);
    jest.useRealTimers();
  });

  const seconds = (count: number): Promise<void> => jest.advanceTimersByTimeAsync(count * 1000);

  test('is sent each second, in requests of a bounded size', async () => {
    tracing.record(spans(1100));
    expect(taken).toEqual([]);
    await seconds(1);
    expect(taken).toEqual([512, 512, 76]);
    expect(tracing.counts).toEqual({ sent: 1100, dropped: 0, leftOut: 0 });
  });

  test('drops what does not fit, and counts it', async () => {
    tracing.record(spans(20_000));
    tracing.record(spans(5));
    await seconds(1);
    expect(tracing.counts.sent + tracing.counts.dropped).toBe(20_005);
    expect(tracing.counts.dropped).toBeGreaterThan(3_000);
  });

  test('tells of a collector that is away once, and when it is back', async () => {
    away = true;
    for (let second = 0; second < 30; second++) {
      tracing.record(spans(2));
      await seconds(1);
    }
    expect(told).toEqual(['trouble']);
    away = false;
    tracing.record(spans(3));
    await seconds(1);
    expect(told).toEqual(['trouble', 'working, 60 dropped']);
    expect(tracing.counts).toEqual({ sent: 3, dropped: 60, leftOut: 0 });
  });

  test('tells no oftener than once a minute of one that comes and goes', async () => {
    for (let second = 0; second < 59; second++) {
      away = second % 2 === 0;
      tracing.record(spans(1));
      await seconds(1);
    }
    expect(told).toEqual(['trouble', 'working, 1 dropped']);
  });

  test('is sent when the process ends', async () => {
    tracing.record(spans(3));
    await tracing.close(1000);
    expect(taken).toEqual([3]);
  });

  test('keeps a process that ends no longer than it says, whatever the collector does', async () => {
    const stuck = new Tracing(
      { send: () => new Promise(() => undefined), close: () => Promise.resolve() },
      { onTrouble: () => undefined, onWorking: () => undefined },
    );
    stuck.record(spans(1));
    let closed = false;
    void stuck.close(2000).then(() => (closed = true));
    await seconds(1.9);
    expect(closed).toBe(false);
    await seconds(0.2);
    expect(closed).toBe(true);
  });

  test('shows in metrics', async () => {
    const registry = new Registry();
    countSpans(registry, tracing);
    tracing.record(spans(3));
    tracing.leaveOut(2);
    await seconds(1);
    const text = await registry.metrics();
    expect(text).toContain('afluente_spans_total{outcome="sent"} 3');
    expect(text).toContain('afluente_spans_total{outcome="dropped"} 0');
    expect(text).toContain('afluente_traces_left_out_total 2');
    expect(await registry.metrics()).toBe(text);
  });
});

describe('OTLP', () => {
  test('carries a span as it is', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sink = openOtlp({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
      service: 'afluente-validate',
      version: '1.2.3',
    });
    await sink.send([span(7)]);
    await sink.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const [{ resource, scopeSpans }] = (
      JSON.parse(bodies.join('')) as { resourceSpans: [{ resource: unknown; scopeSpans: [{ spans: unknown[] }] }] }
    ).resourceSpans;
    expect(resource).toMatchObject({
      attributes: [
        { key: 'service.name', value: { stringValue: 'afluente-validate' } },
        { key: 'service.version', value: { stringValue: '1.2.3' } },
      ],
    });
    expect(scopeSpans[0].spans[0]).toMatchObject({
      name: 'validate orders',
      kind: 5,
      traceId: span(7).traceId,
      spanId: span(7).spanId,
      startTimeUnixNano: '1790000000123456000',
      endTimeUnixNano: '1790000000223457000',
      links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
    });
  });

  test('to nobody fails, within the time that the environment names', async () => {
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '200';
    const sink = openOtlp({ url: 'http://127.0.0.1:9/v1/traces', service: 'afluente-validate', version: '1' });
    delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];
    await expect(sink.send([span(7)])).rejects.toThrow();
    await sink.close();
  });
});
