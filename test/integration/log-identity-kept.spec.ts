/** What a log was made for is kept by the server, and compared by whoever opens it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LogName } from '#frame/log-name';
import { streamOf, subjectOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import { HaltError } from '#nats/ground/halt-error';
import type { NatsClient } from '#nats/ground/nats';
import { ensureLog } from '#nats/streams/ensure-log';
import { streamInfo } from '#nats/streams/stream-info';
import type { Pipeline } from '#pipeline/model/model';
import { type LogsContext, openLog } from '#runtime/logs/open-log';
import { topologyOf } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { pipelineOf } from './support/runtime.js';

let server: NatsServer;
let nats: NatsClient;
beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'log-identity-kept.spec');
});
afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

/** Each test has a pipeline name, and so logs, of its own. */
const named = (name: string, partitions: number, id = 'id'): Pipeline => {
  const { sources, ...rest } = pipelineOf('subjects: [in.>]', partitions);
  return { ...rest, name, sources: { events: { ...sources['events']!, id: [id] } } };
};
const context = (pipeline: Pipeline): LogsContext => ({
  nats,
  topology: topologyOf({ pipeline, enriched: {} }),
  config: { logBytesMax: 1_000_000, streamReplicas: 1 },
});
const logOf = (pipeline: string, stage: LogName['stage'], partition: number): LogName => ({
  pipeline,
  stage,
  origin: 'events',
  partition,
});

test('it is found again as it was made, and refused for another pipeline file', async () => {
  const log = logOf('same', 'raw', 0);
  const { created } = await openLog(context(named('same', 2)), log);
  expect((await openLog(context(named('same', 2)), log)).created).toBe(created);
  await expect(openLog(context(named('same', 4)), log)).rejects.toThrow(HaltError);
  await expect(openLog(context(named('same', 4)), log)).rejects.toThrow(/2 partitions .*4 partitions/);
});

test('of two that make it at once for two pipeline files, one is refused', async () => {
  const outcomes = await Promise.allSettled(
    [2, 4].map((partitions) => openLog(context(named('race', partitions)), logOf('race', 'raw', 0))),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test.each<[string, LogName]>([
  ['a new partition', logOf('new', 'raw', 3)],
  ['a stage that had not begun', logOf('new', 'enriched', 0)],
])('%s is not made where a log of the source was made for another pipeline file', async (_, log) => {
  await openLog(context(named('new', 2)), logOf('new', 'raw', 0));
  await expect(openLog(context(named('new', 4)), log)).rejects.toThrow(/afl_new_raw_events_0 was made for/);
  expect(await streamInfo(nats, streamOf(log))).toBeUndefined();
});

test('one that a version before has made, without a record, is taken as it is', async () => {
  const log = logOf('before', 'raw', 0);
  const { created } = await ensureLog(nats, streamOf(log), [subjectOf(log)], { bytesMax: 1_000_000, replicas: 1 });
  expect((await openLog(context(named('before', 4)), log)).created).toBe(created);
});

test('names of any length and letters come back from the server as they were', async () => {
  const odd = named('odd', 2, `"ação" \u{1F600}\ud800\n<&>${'ção'.repeat(2_000)}`);
  for (let times = 0; times < 2; times++) await openLog(context(odd), logOf('odd', 'raw', 0));
  await expect(openLog(context(named('odd', 2)), logOf('odd', 'raw', 0))).rejects.toThrow(HaltError);
});
