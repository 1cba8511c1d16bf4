/** An event's way through the five real services, as a collector sees it: one trace, parents and links whole. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReceivedSpan } from './support/otlp-receiver.js';
import { accepted, order, TracedFleet, treeOf } from './support/traced-fleet.js';

const testMsMax = 90_000;
const spansMsMax = 45_000;
const [internal, producer, consumer] = [1, 4, 5];
const on = new TracedFleet();

const refused = (outcome: string): string[] => [
  'afluente-ingest: ingest orders (ok)',
  '  afluente-lake-writer: commit bronze_orders (ok)',
  `  afluente-validate: validate orders (${outcome})`,
  `    afluente-enrich: enrich orders (${outcome})`,
  `      afluente-lake-writer: commit quarantine_orders (${outcome})`,
];

describe('the trace of a published event', () => {
  beforeAll(() => on.open({}), testMsMax);
  afterAll(() => on.close(), testMsMax);

  test(
    'leads from the producer through all services into the tables',
    async () => {
      const context = on.newContext();
      const one = order();
      const publishedNs = BigInt(Date.now()) * 1_000_000n;
      await on.publish(one, context);
      await on.collector.until(() => on.collector.trace(context.traceId).length === accepted.length, spansMsMax);
      expect(on.wholeTree(context)).toEqual(accepted);
      on.expectWhole();
      const spans = on.collector.trace(context.traceId);
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
        expect(on.collector.bodies.join()).not.toContain(secret);
    },
    testMsMax,
  );

  test(
    'is linked to the batches it came in, each a trace of its own',
    async () => {
      const contexts = Array.from({ length: 20 }, () => on.newContext());
      await Promise.all(contexts.map((context) => on.publish(order(), context)));
      await on.collector.until(
        () => contexts.every(({ traceId }) => on.collector.trace(traceId).length === accepted.length),
        spansMsMax,
      );
      on.expectWhole();
      const events = contexts.flatMap(({ traceId }) => on.collector.trace(traceId));
      const batches = new Map(
        on.collector.spans.filter(({ name }) => name.startsWith('append ')).map((span) => [span.spanId, span]),
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
        'append afl_orders_enriched_orders',
        'append afl_orders_partials_by_state',
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
      const [rejected, first, late, duplicate] = [on.newContext(), on.newContext(), on.newContext(), on.newContext()];
      const one = order();
      await on.publish({ ...one, pieces: 'many' }, rejected);
      await on.publish(one, first);
      await on.collector.until(() => on.collector.trace(first.traceId).length === accepted.length, spansMsMax);
      await on.publish({ ...one, order_id: 'late', placed_at: new Date(Date.now() - 86_400_000).toISOString() }, late);
      await on.publish(one, duplicate);
      await on.collector.until(
        () =>
          [rejected, late].every(({ traceId }) => on.collector.trace(traceId).length === 5) &&
          on.collector.trace(duplicate.traceId).length === 3,
        spansMsMax,
      );
      expect(on.wholeTree(rejected)).toEqual(refused('rejected'));
      expect(on.wholeTree(late)).toEqual(refused('late'));
      expect(on.wholeTree(duplicate)).toEqual([
        'afluente-ingest: ingest orders (ok)',
        '  afluente-lake-writer: commit bronze_orders (ok)',
        '  afluente-validate: validate orders (duplicate)',
      ]);
      expect(
        on.collector.trace(rejected.traceId).find(({ name }) => name === 'enrich orders')?.attributes[
          'afluente.reason'
        ],
      ).toBe('wrong_type');
      on.expectWhole();
    },
    testMsMax,
  );

  test(
    'is there only when the producer samples it, or, where he says nothing, when ingest does',
    async () => {
      const root = (): ReceivedSpan | undefined =>
        on.collector.spans.find(({ name, parentId }) => name === 'ingest orders' && parentId === undefined);
      const unsampled = on.newContext();
      await on.publish(order(), unsampled, '00');
      await on.publish(order());
      await on.collector.until(() => on.collector.trace(root()?.traceId ?? '').length === accepted.length, spansMsMax);
      expect(on.collector.trace(unsampled.traceId)).toEqual([]);
      expect(treeOf(on.collector.trace(root()!.traceId), undefined)).toEqual(accepted);
    },
    testMsMax,
  );
});
