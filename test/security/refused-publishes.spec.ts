/** Every user of a pipeline is refused all that others may publish and he may not: the server's permissions are as narrow as they are printed. */
import { describe, expect, test } from '@jest/globals';
import { allServices } from '../e2e/support/fleet.js';
import { log, permittedServer, stream } from './support/permitted-server.js';
import { connectAs, refusedPublishes } from './support/refusals.js';
import { covers, oneOf } from './support/subjects.js';

const on = permittedServer('refused-publishes');

describe('with permissions for each service', () => {
  test.each(allServices)('%s is refused all that others may do and it may not', async (service) => {
    const own = on().keys.users.get(service)!;
    const foreign = [...new Set([...on().keys.users.values()].flatMap(({ publish }) => publish).map(oneOf))].filter(
      (subject) => !own.publish.some((pattern) => covers(pattern, subject)),
    );
    expect(foreign.length).toBeGreaterThan(100);
    const nc = await connectAs(on().server.url, on().keys.seedFile(service));
    try {
      expect(await refusedPublishes(nc, foreign)).toEqual(foreign.sort());
    } finally {
      await nc.close();
    }
  });

  test.each([
    ['ingest', 'write validated logs', [log('valid', 'transactions')]],
    ['ingest', 'write silver logs', [log('enriched', 'transactions'), log('enriched', 'interactions')]],
    ['ingest', 'write results', [log('results', 'revenue_by_category')]],
    ['ingest', 'publish events', ['events.transactions', 'events.transactions.store']],
    [
      'ingest',
      'read back what it wrote',
      [
        `$JS.API.CONSUMER.CREATE.${stream('raw', 'transactions')}`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream('raw', 'transactions')}.x`,
      ],
    ],
    ['validate', 'write raw or silver logs', [log('raw', 'transactions'), log('enriched', 'transactions')]],
    [
      'validate',
      'read front streams',
      [
        '$JS.API.CONSUMER.CREATE.afl_sales-tech_front_transactions',
        '$JS.API.STREAM.MSG.GET.afl_sales-tech_front_transactions',
      ],
    ],
    ['enrich', 'trim its input', [`$JS.API.STREAM.PURGE.${stream('valid', 'transactions')}`]],
    ['enrich', 'read raw events', [`$JS.API.CONSUMER.CREATE.${stream('raw', 'transactions')}`]],
    [
      'enrich',
      'touch snapshots',
      ['$KV.afl_sales-tech_objects.validate.transactions.0.x', '$JS.API.STREAM.PURGE.KV_afl_sales-tech_objects'],
    ],
    ['aggregate', 'write silver logs', [log('enriched', 'transactions')]],
    [
      'lake-writer',
      'publish frames',
      [
        log('raw', 'transactions'),
        log('valid', 'transactions'),
        log('enriched', 'transactions'),
        log('partials', 'revenue_by_category'),
        log('results', 'revenue_by_category'),
      ],
    ],
    [
      'lake-writer',
      'trim logs',
      [
        `$JS.API.STREAM.PURGE.${stream('enriched', 'transactions')}`,
        `$JS.API.STREAM.MSG.DELETE.${stream('enriched', 'transactions')}`,
      ],
    ],
    [
      'lake-writer',
      'say how far others are',
      [
        '$KV.afl_sales-tech_tasks.validate.transactions.0',
        '$KV.afl_sales-tech_leases.enrich.transactions.0',
        '$KV.afl_sales-tech_members.ingest.x',
      ],
    ],
    [
      'validate',
      'make, change or delete streams',
      ['CREATE', 'UPDATE', 'DELETE', 'SNAPSHOT', 'RESTORE'].map(
        (verb) => `$JS.API.STREAM.${verb}.${stream('valid', 'transactions')}`,
      ),
    ],
    [
      'validate',
      'make durable or named consumers',
      [
        `$JS.API.CONSUMER.DURABLE.CREATE.${stream('raw', 'transactions')}.x`,
        `$JS.API.CONSUMER.CREATE.${stream('raw', 'transactions')}.x`,
      ],
    ],
    [
      'producer',
      'do anything but publish events',
      [
        '$JS.API.INFO',
        '$JS.API.STREAM.NAMES',
        log('raw', 'transactions'),
        '$JS.API.STREAM.PURGE.afl_sales-tech_front_transactions',
      ],
    ],
    [
      'operator',
      'write logs',
      [log('raw', 'transactions'), log('enriched', 'transactions'), '$KV.afl_sales-tech_tasks.x'],
    ],
    [
      'follower',
      'publish anything',
      ['x', 'events.transactions', '$JS.API.INFO', log('results', 'revenue_by_category')],
    ],
  ])('%s cannot %s', async (user, _, subjects) => {
    const nc = await connectAs(on().server.url, on().keys.seedFile(user));
    try {
      expect(await refusedPublishes(nc, subjects)).toEqual([...subjects].sort());
    } finally {
      await nc.close();
    }
  });
});
