/**
 * Every service works with its own credentials, on a server that grants it what `afluente permissions` prints and no more,
 * and nobody hears what is not for him. Nothing is corrected by hand: streams are made by the operator's command.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { inboxPrefixOf } from '#frame/log-name';
import { Publisher } from '#nats/messages/publisher';
import { Observer } from '../../apps/afluente/progress/observer.js';
import { example } from '../../examples/sales-tech/example.js';
import { allServices, Fleet } from '../e2e/support/fleet.js';
import { checkLake, withLake } from '../e2e/support/lake.js';
import { log, permittedServer, stream } from './support/permitted-server.js';
import { connectAs, refusedSubscriptions } from './support/refusals.js';

const runMsMax = 240_000;
const idleMsMax = 120_000;
const events = 8_000;
const on = permittedServer('permissions');

async function idle(): Promise<void> {
  const observer = await Observer.open(on().operator, on().topology);
  const untilMs = performance.now() + idleMsMax;
  try {
    while (!(await observer.isIdle())) {
      const halted = observer.halted();
      if (halted.length > 0) throw new Error(halted.join('\n'));
      if (performance.now() > untilMs)
        throw new Error(
          `not idle:\n${JSON.stringify((await observer.views()).map(({ task, status, lag }) => [task.name, status?.state, status?.reason, lag]))}`,
        );
      await sleep(200);
    }
  } finally {
    observer.close();
  }
}

/** Publishes the example's events with the producer's key, and an event too large for a frame. */
async function produce(startMs: number): Promise<void> {
  const nc = await connectAs(on().server.url, on().keys.seedFile('producer'));
  const publisher = new Publisher(nc);
  for await (const batch of example.events({ count: events, seed: 7, startMs }))
    for (const message of batch) await publisher.publish(message);
  await publisher.publish({ subject: 'events.transactions', payload: Buffer.alloc(1_040_000, 'x'), msgId: 'large' });
  await publisher.flush();
  publisher.close();
  await nc.close();
}

describe('with permissions for each service', () => {
  test(
    'the whole pipeline works, exactly once, through a kill and large events',
    async () => {
      const lake = `file:${join(on().work.path, 'lake')}`;
      const fleet = await Fleet.start({
        pipeline: on().pipeline,
        nats: on().server.url,
        lake,
        logs: join(on().work.path, 'logs'),
        env: { AFL_SNAPSHOT_EVERY_MS: '1000' },
        envOf: (service) => ({ AFL_NATS_NKEY: on().keys.seedFile(service) }),
      });
      const startMs = example.startMs(Date.now(), events);
      try {
        await produce(startMs);
        fleet.kill('validate');
        fleet.kill('aggregate');
        await idle();
      } finally {
        expect([...(await fleet.stop()).values()]).toEqual([0, 0, 0, 0, 0]);
      }
      const verdict = await checkLake(example, { count: events, seed: 7, startMs }, lake);
      expect(verdict).toMatchObject({ lost: 0, extra: 0, published: events });
      expect(
        await withLake(lake, (ask) =>
          ask('SELECT count(*) AS n FROM bronze_transactions WHERE payload_ref IS NOT NULL'),
        ),
      ).toEqual([{ n: 1 }]);
      expect(await on().server.logTail()).not.toMatch(/Violation/);
      const logs = allServices.map((service) => fleet.log(service)).join('');
      for (const seed of on().keys.seeds) expect(logs).not.toContain(seed);
    },
    runMsMax,
  );

  test("a producer cannot have the server's answer delivered into a log", async () => {
    const nc = await connectAs(on().server.url, on().keys.seedFile('producer'));
    const frames = async (): Promise<number> =>
      (await on().operator.jsm.streams.info(stream('enriched', 'transactions'))).state.last_seq;
    const before = await frames();
    try {
      nc.publish('events.transactions', '{}', { reply: log('enriched', 'transactions') });
      await nc.flush();
      await sleep(500);
      expect(await frames()).toBe(before);
    } finally {
      await nc.close();
    }
  });

  test.each([...allServices, 'operator'])('%s hears nothing but its own answers', async (user) => {
    const others = [...allServices, 'operator']
      .filter((other) => other !== user)
      .map((other) => `${inboxPrefixOf('sales-tech', other)}.>`);
    const subjects = ['>', '_INBOX.>', '_INBOX_afl.>', 'afl.>', 'events.>', '$JS.>', '$KV.>', '$SYS.>', ...others];
    const nc = await connectAs(on().server.url, on().keys.seedFile(user));
    try {
      expect(await refusedSubscriptions(nc, subjects)).toEqual(subjects.sort());
      expect(await refusedSubscriptions(nc, [`${inboxPrefixOf('sales-tech', user)}.x`])).toEqual([]);
    } finally {
      await nc.close();
    }
  });
});
