/** Each user may do its own work and nothing else: what may be published is compared with what the names of logs mean. */
import { describe, expect, test } from '@jest/globals';
import { examplePipeline } from '#stages/topology/example-pipeline';
import { type Service, topologyOf } from '#stages/topology/topology';
import { pipelineUsers, type User } from './pipeline-users.js';

const found = pipelineUsers(topologyOf({ pipeline: examplePipeline(), enriched: {} }));
const users = new Map([...found.users, ...found.producers].map((user) => [user.name, user]));
const services: Service[] = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];
const may = (name: string): User => users.get(name)!;
/** Stages of the logs to which a user may publish frames. */
const written = (name: string): string[] =>
  [
    ...new Set(
      may(name)
        .publish.filter((subject) => subject.startsWith('afl.'))
        .map((subject) => subject.split('.')[2]!),
    ),
  ].sort();

describe('the users of a pipeline', () => {
  test('write the logs of their stage only', () => {
    expect(Object.fromEntries([...users.keys()].map((name) => [name, written(name)]))).toEqual({
      ingest: ['raw'],
      validate: ['valid'],
      enrich: ['enriched'],
      aggregate: ['partials', 'results'],
      'lake-writer': [],
      operator: [],
      follower: [],
      producer: [],
    });
  });

  test('read answers on an inbox of their own', () => {
    const inboxes = services.map((service) => may(service).subscribe);
    expect(inboxes).toEqual(services.map((service) => [`_INBOX_afl.shop.${service}.>`]));
  });

  test('have no wildcard that reaches over a stream, a log or a service', () => {
    const wide = services.flatMap((service) => may(service).publish).filter((subject) => /[*>]/.test(subject));
    for (const subject of wide)
      expect(subject).toMatch(
        /^\$JS\.API\.CONSUMER\.(MSG\.NEXT|DELETE)\.\w+\.\*$|^\$KV\.afl_shop_objects\.(event\.\w+|[a-z]+\.[\w.]+)\.>$|^\$JS\.(API\.CONSUMER\.CREATE|ACK)\.VISITS\.afl_shop_visits\.>$|^\$KV\.afl_shop_members\.[a-z-]+\.\*$/,
      );
  });

  test('cannot make, change or delete a stream, but the operator can', () => {
    for (const service of services)
      expect(
        may(service).publish.filter((subject) =>
          /STREAM\.(CREATE|UPDATE|DELETE|\*|RESTORE|SNAPSHOT)|MSG\.DELETE/.test(subject),
        ),
      ).toEqual([]);
    expect(may('operator').publish).toContain('$JS.API.STREAM.*.afl_shop_raw_orders_0');
    expect(may('operator').publish).toContain('$JS.API.STREAM.*.KV_afl_shop_tasks');
  });

  test("leave a stream of the user's alone but for reading it", () => {
    const onVisits = [...users.values()].flatMap(({ name, publish }) =>
      publish.filter((subject) => subject.includes('VISITS')).map((subject) => `${name} ${subject}`),
    );
    expect(onVisits.sort()).toEqual([
      'ingest $JS.ACK.VISITS.afl_shop_visits.>',
      'ingest $JS.API.CONSUMER.CREATE.VISITS',
      'ingest $JS.API.CONSUMER.CREATE.VISITS.afl_shop_visits',
      'ingest $JS.API.CONSUMER.CREATE.VISITS.afl_shop_visits.>',
      'ingest $JS.API.CONSUMER.DURABLE.CREATE.VISITS.afl_shop_visits',
      'ingest $JS.API.CONSUMER.INFO.VISITS.afl_shop_visits',
      'ingest $JS.API.CONSUMER.MSG.NEXT.VISITS.*',
      'ingest $JS.API.STREAM.INFO.VISITS',
      'ingest $JS.API.STREAM.MSG.GET.VISITS',
      'lake-writer $JS.API.STREAM.INFO.VISITS',
      'operator $JS.API.STREAM.INFO.VISITS',
    ]);
  });

  test('say where their own tasks stand, and nobody elses', () => {
    const posts = may('enrich').publish.filter((subject) => subject.startsWith('$KV.'));
    expect(posts.every((subject) => /^\$KV\.afl_shop_(tasks|leases|members)\.enrich\./.test(subject))).toBe(true);
    expect(posts).toContain('$KV.afl_shop_tasks.enrich.orders.0');
  });

  test('publish events to front streams only as producers and operators', () => {
    expect(
      [...users.values()].filter(({ publish }) => publish.includes('events.orders')).map(({ name }) => name),
    ).toEqual(['operator', 'producer']);
    expect(may('producer')).toMatchObject({ publish: ['events.orders'], subscribe: ['_INBOX.>'] });
    expect(may('follower')).toMatchObject({
      publish: [],
      subscribe: [
        'afl.shop.results.by_city.0',
        'afl.shop.results.by_note.0',
        'afl.shop.results.by_user.0',
        'afl.shop.results.by_user.1',
        'afl.shop.results.by_user.2',
      ],
    });
  });
});
