/** Traces stay whole when a process is killed, as a collector sees them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeOrders } from '../e2e/support/orders.js';
import { accepted, TracedFleet } from './support/traced-fleet.js';

const testMsMax = 90_000;
const spansMsMax = 45_000;
const on = new TracedFleet();

describe('a process that is killed', () => {
  beforeAll(() => on.open({ env: { AFL_LEASE_TTL_MS: '600' }, crashAt: { validate: ['task.stored:1'] } }), testMsMax);
  afterAll(() => on.close(), testMsMax);

  test(
    'leaves no orphans: whoever takes its tasks over tells what it had stored and not told',
    async () => {
      const died = on.fleet.staysDead('validate');
      await on.fleet.add('validate');
      const contexts = Array.from({ length: 24 }, () => on.newContext());
      const orders = makeOrders(contexts.length, { startMs: Date.now() });
      await Promise.all(
        contexts.map((context, i) => on.publish({ ...orders[i]!, customer: `customer ${i}` }, context)),
      );
      expect(await died).toBe('SIGKILL');
      await on.collector.until(
        () => contexts.every(({ traceId }) => on.collector.trace(traceId).length === accepted.length),
        spansMsMax,
      );
      for (const context of contexts) expect(on.wholeTree(context)).toEqual(accepted);
      on.expectWhole();
    },
    testMsMax,
  );
});
