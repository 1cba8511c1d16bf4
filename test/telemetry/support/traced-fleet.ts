/** The five real services with a server and a collector of their own, and what the traces of published events look like there. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { headers as newHeaders } from '@nats-io/transport-node';
import { Fleet, type FleetOptions } from '../../e2e/support/fleet.js';
import { makeOrders, type Order } from '../../e2e/support/orders.js';
import { copyPipeline } from '../../e2e/support/pipeline-copy.js';
import { Watch } from '../../e2e/support/watch.js';
import { type NatsServer, startNats } from '../../support/nats-server.js';
import { makeTempDir, type TempDir } from '../../support/temp-dir.js';
import { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.js';

/** The span of a producer. */
export interface Context {
  readonly traceId: string;
  readonly spanId: string;
}

/** An order of now, unlike all before. */
export const order = (): Order => makeOrders(1, { startMs: Date.now(), prefix: randomBytes(4).toString('hex') })[0]!;

/** The way of a trace as lines `service: name (outcome)`, each below its parent. */
export function treeOf(spans: readonly ReceivedSpan[], parentId: string | undefined, depth = 0): string[] {
  const children = spans.filter((span) => span.parentId === parentId).sort((a, b) => a.name.localeCompare(b.name));
  return children.flatMap((span) => [
    `${'  '.repeat(depth)}${span.service}: ${span.name} (${span.attributes['afluente.outcome']})`,
    ...treeOf(spans, span.spanId, depth + 1),
  ]);
}

/** The tree of an event that comes into all tables. */
export const accepted = [
  'afluente-ingest: ingest orders (ok)',
  '  afluente-lake-writer: commit bronze_orders (ok)',
  '  afluente-validate: validate orders (ok)',
  '    afluente-enrich: enrich orders (ok)',
  '      afluente-aggregate: aggregate by_customer (ok)',
  '      afluente-aggregate: aggregate by_state (ok)',
  '      afluente-lake-writer: commit silver_orders (ok)',
];
export class TracedFleet {
  #work!: TempDir;
  #server!: NatsServer;
  #watch!: Watch;
  collector!: OtlpReceiver;
  fleet!: Fleet;
  /** Of all producers so far. */
  readonly #producers: Context[] = [];

  /** Servers, a collector and services of a group's own. */
  async open(options: Partial<FleetOptions>): Promise<void> {
    this.#work = makeTempDir('traces');
    // Without silence nothing is stored but what a test publishes.
    const pipeline = copyPipeline('test/pipelines/orders', this.#work.path, {
      'pipeline.yaml': (text) => text.replaceAll(/idleAfter: \w+/g, 'idleAfter: 1h'),
    });
    [this.#server, this.collector] = await Promise.all([startNats(), OtlpReceiver.start()]);
    this.#watch = await Watch.open(this.#server.url, pipeline);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: this.collector.url, AFL_TRACE_SAMPLE: '1', ...options.env };
    this.fleet = await Fleet.start({
      pipeline,
      nats: this.#server.url,
      lake: `file:${join(this.#work.path, 'lake')}`,
      logs: join(this.#work.path, 'logs'),
      ...options,
      env,
    });
  }

  async close(): Promise<void> {
    await this.fleet.stop();
    await this.#watch.close();
    await Promise.all([this.#server.stop(), this.collector.stop()]);
    this.#work.remove();
  }

  newContext(): Context {
    const context = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
    this.#producers.push(context);
    return context;
  }

  async publish(payload: object, context?: Context, flags = '01'): Promise<void> {
    const headers = newHeaders();
    if (context) headers.set('traceparent', `00-${context.traceId}-${context.spanId}-${flags}`);
    await this.#watch.nats.js.publish('shop.orders', JSON.stringify(payload), { headers });
  }

  wholeTree({ traceId, spanId }: Context): string[] {
    return treeOf(this.collector.trace(traceId), spanId);
  }

  /** Throws unless every parent and every link leads to a span that the collector has, or to a producer. */
  expectWhole(): void {
    const keyOf = ({ traceId, spanId }: Context): string => `${traceId} ${spanId}`;
    const { spans } = this.collector;
    const known = new Set([...spans, ...this.#producers].map(keyOf));
    const orphans = spans.filter(
      ({ traceId, parentId }) => parentId !== undefined && !known.has(keyOf({ traceId, spanId: parentId })),
    );
    const loose = spans.flatMap((span) => span.links.filter((link) => !known.has(keyOf(link))).map(() => span));
    expect({ orphans, loose }).toEqual({ orphans: [], loose: [] });
  }
}
