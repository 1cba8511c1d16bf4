/** An event's way through the five real services, as a collector sees it: one trace, parents and links whole, also when a process is killed. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { headers as newHeaders } from '@nats-io/transport-node';
import { Fleet, type FleetOptions } from '../e2e/support/fleet.js';
import { makeOrders, type Order } from '../e2e/support/orders.js';
import { copyPipeline } from '../e2e/support/pipeline-copy.js';
import { Watch } from '../e2e/support/watch.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver.js';

const testMsMax = 90_000;
const spansMsMax = 45_000;
const [internal, producer, consumer] = [1, 4, 5];

let work: TempDir;
let server: NatsServer;
let watch: Watch;
let collector: OtlpReceiver;
let fleet: Fleet;

/** Servers, a collector and services of a group's own. */
async function open(options: Partial<FleetOptions>): Promise<void> {
  work = makeTempDir('traces');
  // Without silence nothing is stored but what a test publishes.
  const pipeline = copyPipeline('test/pipelines/orders', work.path, {
    'pipeline.yaml': (text) => text.replaceAll(/idleAfter: \w+/g, 'idleAfter: 1h'),
  });
  [server, collector] = await Promise.all([startNats(), OtlpReceiver.start()]);
  watch = await Watch.open(server.url, pipeline);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, AFL_TRACE_SAMPLE: '1', ...options.env };
  fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake: `file:${join(work.path, 'lake')}`,
    logs: join(work.path, 'logs'),
    ...options,
    env,
  });
}

async function close(): Promise<void> {
  await fleet.stop();
  await watch.close();
  await Promise.all([server.stop(), collector.stop()]);
  work.remove();
}

/** The span of a producer. */
interface Context {
  readonly traceId: string;
  readonly spanId: string;
}

/** Of all producers so far. */
const producers: Context[] = [];

function newContext(): Context {
  const context = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
  producers.push(context);
  return context;
}

async function publish(payload: object, context?: Context, flags = '01'): Promise<void> {
  const headers = newHeaders();
  if (context) headers.set('traceparent', `00-${context.traceId}-${context.spanId}-${flags}`);
  await watch.nats.js.publish('shop.orders', JSON.stringify(payload), { headers });
}

const order = (): Order => makeOrders(1, { startMs: Date.now(), prefix: randomBytes(4).toString('hex') })[0]!;

/** The way of a trace as lines `service: name (outcome)`, each below its parent. */
function treeOf(spans: readonly ReceivedSpan[], parentId: string | undefined, depth = 0): string[] {
  const children = spans.filter((span) => span.parentId === parentId).sort((a, b) => a.name.localeCompare(b.name));
  return children.flatMap((span) => [
    `${'  '.repeat(depth)}${span.service}: ${span.name} (${span.attributes['afluente.outcome']})`,
    ...treeOf(spans, span.spanId, depth + 1),
  ]);
}

const accepted = [
  'afluente-ingest: ingest orders (ok)',
  '  afluente-lake-writer: commit bronze_orders (ok)',
  '  afluente-validate: validate orders (ok)',
  '    afluente-enrich: enrich orders (ok)',
  '      afluente-aggregate: aggregate by_customer (ok)',
  '      afluente-aggregate: aggregate by_state (ok)',
  '      afluente-lake-writer: commit silver_orders (ok)',
];
const refused = (outcome: string): string[] => [
  'afluente-ingest: ingest orders (ok)',
  '  afluente-lake-writer: commit bronze_orders (ok)',
  `  afluente-validate: validate orders (${outcome})`,
  `    afluente-enrich: enrich orders (${outcome})`,
  `      afluente-lake-writer: commit quarantine_orders (${outcome})`,
];

const wholeTree = ({ traceId, spanId }: Context): string[] => treeOf(collector.trace(traceId), spanId);

/** Every parent and every link leads to a span that the collector has, or to a producer. */
function expectWhole(): void {
  const keyOf = ({ traceId, spanId }: Context): string => `${traceId} ${spanId}`;
  const known = new Set([...collector.spans, ...producers].map(keyOf));
  const orphans = collector.spans.filter(
    ({ traceId, parentId }) => parentId !== undefined && !known.has(keyOf({ traceId, spanId: parentId })),
  );
  const loose = collector.spans.flatMap((span) => span.links.filter((link) => !known.has(keyOf(link))).map(() => span));
  expect({ orphans, loose }).toEqual({ orphans: [], loose: [] });
}

describe('the trace of a published event', () => {
  beforeAll(() => open({}), testMsMax);
  afterAll(close, testMsMax);

  test(
    'leads from the producer through all services into the tables',
    async () => {
      const context = newContext();
      const one = order();
      const publishedNs = BigInt(Date.now()) * 1_000_000n;
      await publish(one, context);
      await collector.until(() => collector.trace(context.traceId).length === accepted.length, spansMsMax);
      expect(wholeTree(context)).toEqual(accepted);
      expectWhole();
      const spans = collector.trace(context.traceId);
      for (const span of spans) {
        expect(span.kind).toBe(consumer);
        expect(span.attributes).toMatchObject({
          'messaging.system': 'nats',
          'messaging.operation.type': 'process',
          'messaging.destination.name': expect.stringMatching(/^afl_orders_/),
          'afluente.task': expect.any(String),
        });
        expect(span.endNs).toBeGreaterThanOrEqual(span.startNs);
        // The server's clock stamps what ingest reads: the same clock here, in microseconds.
        expect(span.startNs).toBeGreaterThanOrEqual(publishedNs - 1_000_000n);
      }
      const windowed = spans.find(({ name }) => name === 'aggregate by_customer');
      expect(windowed?.attributes['afluente.window.start']).toBe(
        new Date(Math.floor(Date.parse(one.placed_at) / 10_000) * 10_000).toISOString(),
      );
      // Nothing of the event itself.
      for (const secret of [one.order_id, one.customer, 'shop.orders.'])
        expect(collector.bodies.join()).not.toContain(secret);
    },
    testMsMax,
  );

  test(
    'is linked to the batches it came in, each a trace of its own',
    async () => {
      const contexts = Array.from({ length: 20 }, newContext);
      await Promise.all(contexts.map((context) => publish(order(), context)));
      await collector.until(
        () => contexts.every(({ traceId }) => collector.trace(traceId).length === accepted.length),
        spansMsMax,
      );
      expectWhole();
      const events = contexts.flatMap(({ traceId }) => collector.trace(traceId));
      const batches = new Map(
        collector.spans.filter(({ name }) => name.startsWith('append ')).map((span) => [span.spanId, span]),
      );
      for (const event of events) {
        expect(event.links).toHaveLength(1);
        const batch = batches.get(event.links[0]!.spanId)!;
        expect(batch.links).toContainEqual({ traceId: event.traceId, spanId: event.spanId });
        expect(batch.service).toBe(event.service);
      }
      for (const batch of batches.values()) {
        const isCommit = batch.attributes['afluente.table'] !== undefined;
        expect({ parentId: batch.parentId, kind: batch.kind }).toEqual({
          parentId: undefined,
          kind: isCommit ? internal : producer,
        });
        expect(batch.attributes).toMatchObject({
          'messaging.batch.message_count': expect.any(Number),
          'afluente.rows': expect.any(Number),
        });
        if (batch.name.endsWith('_orders'))
          expect(batch.attributes['afluente.rows']).toBeGreaterThanOrEqual(batch.links.length);
      }
      expect([...new Set([...batches.values()].map(({ name }) => name))].sort()).toEqual([
        'append afl_orders_partials_by_state',
        'append afl_orders_enriched_orders',
        'append afl_orders_raw_orders',
        'append afl_orders_results_by_customer',
        'append afl_orders_valid_orders',
        'append bronze_orders',
        'append silver_orders',
      ]);
    },
    testMsMax,
  );

  test(
    'says when it is refused, late or a duplicate',
    async () => {
      const [rejected, first, late, duplicate] = [newContext(), newContext(), newContext(), newContext()];
      const one = order();
      await publish({ ...one, pieces: 'many' }, rejected);
      await publish(one, first);
      await collector.until(() => collector.trace(first.traceId).length === accepted.length, spansMsMax);
      await publish({ ...one, order_id: 'late', placed_at: new Date(Date.now() - 86_400_000).toISOString() }, late);
      await publish(one, duplicate);
      await collector.until(
        () =>
          [rejected, late].every(({ traceId }) => collector.trace(traceId).length === 5) &&
          collector.trace(duplicate.traceId).length === 3,
        spansMsMax,
      );
      expect(wholeTree(rejected)).toEqual(refused('rejected'));
      expect(wholeTree(late)).toEqual(refused('late'));
      expect(wholeTree(duplicate)).toEqual([
        'afluente-ingest: ingest orders (ok)',
        '  afluente-lake-writer: commit bronze_orders (ok)',
        '  afluente-validate: validate orders (duplicate)',
      ]);
      expect(
        collector.trace(rejected.traceId).find(({ name }) => name === 'enrich orders')?.attributes['afluente.reason'],
      ).toBe('wrong_type');
      expectWhole();
    },
    testMsMax,
  );

  test(
    'is there only when the producer samples it, or, where he says nothing, when ingest does',
    async () => {
      const root = (): ReceivedSpan | undefined =>
        collector.spans.find(({ name, parentId }) => name === 'ingest orders' && parentId === undefined);
      const unsampled = newContext();
      await publish(order(), unsampled, '00');
      await publish(order());
      await collector.until(() => collector.trace(root()?.traceId ?? '').length === accepted.length, spansMsMax);
      expect(collector.trace(unsampled.traceId)).toEqual([]);
      expect(treeOf(collector.trace(root()!.traceId), undefined)).toEqual(accepted);
    },
    testMsMax,
  );
});

describe('a process that is killed', () => {
  beforeAll(() => open({ env: { AFL_LEASE_TTL_MS: '600' }, crashAt: { validate: 'task.stored:1' } }), testMsMax);
  afterAll(close, testMsMax);

  test(
    'leaves no orphans: whoever takes its tasks over tells what it had stored and not told',
    async () => {
      const died = fleet.staysDead('validate');
      await fleet.add('validate');
      const contexts = Array.from({ length: 24 }, newContext);
      const orders = makeOrders(contexts.length, { startMs: Date.now() });
      await Promise.all(contexts.map((context, i) => publish({ ...orders[i]!, customer: `customer ${i}` }, context)));
      expect(await died).toBe('SIGKILL');
      await collector.until(
        () => contexts.every(({ traceId }) => collector.trace(traceId).length === accepted.length),
        spansMsMax,
      );
      for (const context of contexts) expect(wholeTree(context)).toEqual(accepted);
      expectWhole();
    },
    testMsMax,
  );
});
