/** Whatever is published ends in silver or in quarantine with its reason, nothing is lost on the way, and no service dies of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { objectsBucketOf } from '#frame/log-name';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { hostileCases } from './support/hostile-cases.js';
import { withLake } from './support/lake.js';
import { makeOrders, toBytes } from './support/orders.js';
import { publishAll, withNats } from './support/publish.js';
import { Watch } from './support/watch.js';

const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
const nowMs = Date.now();
const cases = hostileCases(nowMs);
const ordinary = 300;

let work: TempDir;
let server: NatsServer;
let lake: string;
let up: CliResult;
/** Outcomes by subject. */
let found: Map<string, readonly string[]>;

const subjectOf = (i: number): string => `shop.orders.case${i}`;

beforeAll(async () => {
  work = makeTempDir('hostile');
  server = await startNats();
  lake = `file:${join(work.path, 'lake')}`;
  const watch = await Watch.open(server.url, pipeline);
  // Every partition has a watermark before the first late event comes.
  const orders = makeOrders(ordinary, { startMs: nowMs - 120_000 });
  await publishAll(
    watch.nats,
    orders.map((order) => ({ subject: 'shop.orders', payload: toBytes({ ...order, customer: order.order_id }) })),
  );
  await publishAll(watch.nats, [
    {
      subject: 'shop.orders',
      payload: toBytes({ ...orders[0]!, order_id: 'first of the hostile', customer: 'hostile' }),
    },
  ]);
  for (const [i, { payload }] of cases.entries()) await publishAll(watch.nats, [{ subject: subjectOf(i), payload }]);
  await watch.close();
  up = await runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle']);
  found = await outcomes();
}, 180_000);
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

async function outcomes(): Promise<Map<string, readonly string[]>> {
  const rows = await withLake(lake, (ask) =>
    ask(`SELECT subject, coalesce(reason, CASE WHEN s._seq IS NULL THEN 'dropped' ELSE 'silver' END) AS outcome
      FROM bronze_orders b LEFT JOIN silver_orders s USING (_seq, _index) LEFT JOIN (SELECT reason, _seq, _index FROM quarantine_orders) q USING (_seq, _index)`),
  );
  const bySubject = new Map<string, string[]>();
  for (const { subject, outcome } of rows)
    bySubject.set(String(subject), [...(bySubject.get(String(subject)) ?? []), String(outcome)].sort());
  return bySubject;
}

/** The object of the lake that a row's payload_ref names. */
function storedBytes(ref: string): Buffer {
  return readFileSync(join(work.path, 'lake', 'large_events', ref));
}

/** Large events that still wait in NATS. */
function waitingObjects(): Promise<string[]> {
  return withNats(server.url, async (nats) =>
    (await nats.openBucket(objectsBucketOf('orders'), { replicas: 1 })).keys('event.>'),
  );
}

describe('hostile events', () => {
  test('end no service', () => {
    expect(up.code).toBe(0);
    expect(up.stderr).not.toMatch(/starting it again|halted/);
    expect(up.stderr).not.toContain('starts again');
  });

  test.each(cases.map(({ name, becomes }, i) => [name, [...new Set(becomes)].join(', '), i] as const))(
    '%s: %s',
    (_, __, i) => {
      expect(found.get(subjectOf(i))).toEqual([...cases[i]!.becomes].sort());
    },
  );

  test('leave ordinary ones alone', () => {
    expect(found.get('shop.orders')).toEqual(new Array<string>(ordinary + 1).fill('silver'));
  });

  test('add up: bronze is silver, quarantine and duplicates, each event once', async () => {
    const [counts] = await withLake(lake, (ask) =>
      ask(`SELECT (SELECT count(*) FROM bronze_orders) AS bronze, (SELECT count(*) FROM silver_orders) AS silver, (SELECT count(*) FROM quarantine_orders) AS quarantine,
        (SELECT count(DISTINCT (_seq, _index)) FROM bronze_orders) AS places`),
    );
    const events = cases.flatMap(({ becomes }) => becomes);
    const silver = events.filter((outcome) => outcome === 'silver').length + ordinary + 1;
    const dropped = events.filter((outcome) => outcome === 'dropped').length;
    const bronze = events.length + ordinary + 1;
    expect(counts).toEqual({ bronze, places: bronze, silver, quarantine: bronze - silver - dropped });
  });

  test('keep their bytes in quarantine and in bronze, or where a row points to them', async () => {
    const rows = await withLake(lake, (ask) =>
      ask(
        'SELECT subject, q.payload = b.payload AS same, octet_length(b.payload) AS bytes, b.payload_ref AS ref, q.payload_ref = b.payload_ref AS same_ref FROM quarantine_orders q JOIN bronze_orders b USING (subject, _seq, _index)',
      ),
    );
    for (const { subject, same, bytes, ref, same_ref: sameRef } of rows) {
      const { payload, becomes } = cases[Number(String(subject).replace(/\D/g, ''))]!;
      if (bytes === null) {
        expect({ subject, sameRef, becomes }).toEqual({ subject, sameRef: true, becomes: ['too_large'] });
        expect(storedBytes(String(ref))).toEqual(Buffer.from(payload));
        continue;
      }
      expect({ subject, same, ref }).toEqual({ subject, same: true, ref: null });
      const isArray = Buffer.from(payload)[0] === 0x5b;
      if (becomes.length === 1 && !isArray)
        expect({ subject, bytes }).toEqual({ subject, bytes: Buffer.byteLength(payload) });
    }
    expect(await waitingObjects()).toEqual([]);
  });

  test('keep their values in silver', async () => {
    const rows = await withLake(lake, (ask) =>
      ask(
        `SELECT subject, pieces, octet_length(encode(note)) AS note, octet_length(encode(customer)) AS customer, weight FROM silver_orders JOIN bronze_orders USING (_seq, _index) WHERE subject LIKE '%case%'`,
      ),
    );
    const sizesOf = (name: string): unknown =>
      rows.find(({ subject }) => subject === subjectOf(cases.findIndex((one) => one.name === name)));
    expect(sizesOf('a text of 900 KB')).toMatchObject({ note: 900_000 });
    expect(sizesOf('a key of 900 KB')).toMatchObject({ customer: 900_000 });
    expect(sizesOf('duplicate fields, the last one counts')).toMatchObject({ pieces: 2 });
    expect(sizesOf('a tiny float')).toMatchObject({ weight: 5e-324 });
    expect(sizesOf('escaped control characters')).toMatchObject({
      note: Buffer.byteLength('a\u0000b\u001f\u007f\u2028'),
    });
  });

  test('give every refusal a place and a sentence', async () => {
    const rows = await withLake(lake, (ask) => ask('SELECT DISTINCT reason, pointer, message FROM quarantine_orders'));
    for (const { reason, pointer, message } of rows) {
      expect({ reason, pointer }).toEqual({ reason, pointer: expect.stringMatching(/^(\/.*)?$/) });
      expect(String(message).length).toBeGreaterThan(5);
    }
    expect(rows).toContainEqual({ reason: 'wrong_type', pointer: '/tags/1', message: 'must be string' });
  });
});
