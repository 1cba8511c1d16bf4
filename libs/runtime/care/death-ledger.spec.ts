/** Which ends of owners speak against a task, as they stand in the bucket of leases. */
import { expect, test } from '@jest/globals';
import type { Bucket } from '#nats/ground/bucket';
import { createLogger } from '../ground/logger.js';
import { DeathLedger } from './death-ledger.js';
import { type DeathRecord, isSuspect } from './death-record.js';

const task = 'enrich.orders.g1p0';

/** Each process opens a ledger of its own on the same bucket. */
function ledgers(): () => DeathLedger {
  const entries = new Map<string, Uint8Array>();
  const bucket: Pick<Bucket, 'get' | 'put'> = {
    get: async (key) => (entries.has(key) ? { key, value: entries.get(key)!, revision: 1 } : undefined),
    put: async (key, value) => void entries.set(key, Buffer.from(value)),
  };
  return () => new DeathLedger(bucket as Bucket, createLogger('enrich', 'test', 'silent'));
}

/** As many owners in a row die at one place, each at work if there is some. */
async function afterDeaths(deaths: number, waits: boolean): Promise<DeathRecord | undefined> {
  const open = ledgers();
  let record: DeathRecord | undefined;
  for (let i = 0; i < deaths; i++) {
    const ledger = open();
    ledger.taken(task, 'death');
    ({ record } = await ledger.begin(task, '0', waits));
    if (record && waits) await ledger.write(task, { ...record, begun: true });
  }
  return record;
}

test('two deaths with input behind the place make a task suspect', async () => {
  expect(isSuspect(await afterDeaths(2, true))).toBe(true);
});

test('however many owners die while a task has nothing to work on, as that of partitions to come, none speaks against it', async () => {
  expect(await afterDeaths(5, false)).toBeUndefined();
});

test('a death without input neither adds to those with input nor takes one of them back', async () => {
  const open = ledgers();
  const deaths: Array<number | undefined> = [];
  for (const waits of [true, false, true, true]) {
    const ledger = open();
    ledger.taken(task, 'death');
    const { record } = await ledger.begin(task, '7', waits);
    if (record && waits) await ledger.write(task, { ...record, begun: true });
    deaths.push(record?.deaths);
  }
  expect(deaths).toEqual([1, 1, 1, 2]);
});
