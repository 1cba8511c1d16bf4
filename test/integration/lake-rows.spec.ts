/** Rows that a table cannot hold, and that no stage before has refused: they go to quarantine, or the table is not tried for ever, says why, and leaves no file behind. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { asTimestamps, rowCount, writeDataFrame } from '#columns/polars/data-frames';
import { readNdjson } from '#columns/polars/ndjson';
import { runSql } from '#columns/polars/sql';
import { type LogName, streamOf, subjectOf } from '#frame/log-name';
import { section } from '#frame/sections';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { lastFrame } from '#nats/streams/last-frame';
import type { RuntimeContext } from '#runtime/cluster/context';
import { TaskHost } from '#runtime/cluster/task-host';
import { LakeBudget } from '#runtime/lake-writer/lake-budget';
import { LakeTask } from '#runtime/lake-writer/lake-task';
import { lake as lakeStage } from '#stages/kinds/lake';
import type { LakeTask as Spec } from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import { openStore } from '#store/open-store';
import { withLake } from '../e2e/support/lake.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { makeContext, pipelineOf, until } from './support/runtime.js';

const columns = [
  { name: 'id', type: { kind: 'int32' as const }, nullable: false },
  { name: 'user', type: { kind: 'string' as const }, nullable: false },
  { name: 'at', type: { kind: 'timestamp' as const }, nullable: false },
];
const log: LogName = { pipeline: 'test', stage: 'enriched', origin: 'events', partition: 0 };

const secret = 'Maria da Silva';
const lake = (): string => `file:${join(work.path, 'lake')}`;

let work: TempDir;
let server: NatsServer;
let nats: NatsClient;
let context: RuntimeContext;
let host: TaskHost;

beforeEach(async () => {
  work = makeTempDir('lake-rows');
  server = await startNats();
  nats = await connectNats(server.url, 'lake-rows.spec');
  context = await makeContext(nats, pipelineOf('subjects: [in.>]', 1));
});
afterEach(async () => {
  await host.stop();
  context.board.close();
  await nats.nc.close();
  await server.stop();
  work.remove();
});

async function write(lines: readonly object[], more = ''): Promise<void> {
  const text = ['id', 'user', 'at_us'].map((name) => ({
    name,
    type: { kind: name === 'at_us' ? ('int64' as const) : ('string' as const) },
    nullable: true,
  }));
  const rows = runSql(`SELECT id, "user", at_us AS at${more} FROM rows`, {
    rows: readNdjson(Buffer.from(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`), text),
  });
  const [stream, subject] = [streamOf(log), subjectOf(log)];
  const { lastSeq } = await ensureLog(nats, stream, [subject], { bytesMax: 1e8, replicas: 1 });
  const writer = new LogWriter(nats, stream, subject, await lastFrame(nats, stream, subject), lastSeq);
  await writer.append(
    {
      inputs: [{ stream: 'in', created: 'c', hash: undefined, first: 1, last: 1 }],
      watermarkMs: null,
      idle: true,
      logic: 'v',
    },
    [section('ok', 'arrow', writeDataFrame(asTimestamps(rows, ['at']), 'lz4'), rowCount(rows))],
  ).stored;
}

async function begin(): Promise<ObjectStore> {
  const spec: Spec = {
    stage: lakeStage,
    name: 'lake.silver',
    table: {
      name: 'silver',
      from: 'enriched.events',
      stage: 'enriched',
      origin: 'events',
      partitionBy: ['user'],
      timeColumn: 'at',
    },
    inputs: [log],
  };
  const store = await openStore(lake(), {});
  host = new TaskHost(context, [
    new LakeTask(
      context,
      spec,
      store,
      { source: 'events', columns, columnsBefore: columns, configuration: {} },
      new LakeBudget(1e8, 1),
    ),
  ]);
  host.run('lake.silver');
  return store;
}

test('without a required value', async () => {
  await write([
    { id: '1', user: 'a', at_us: 0 },
    { id: '2', user: '', at_us: 0 },
  ]);
  const store = await begin();
  await until(() => host.statuses()[0]!.state === 'halted', 60_000);
  expect(host.statuses()[0]!.reason).toMatch(
    /^it has failed 8 times on the same input: 1 rows for table silver have no value in "user", which is required/,
  );
  expect(
    readdirSync(join(work.path, 'lake'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.zstd.parquet'),
    ),
  ).toEqual([]);
  await store.close();
}, 90_000);

test('of another type go to quarantine alone, and the table goes on', async () => {
  await write([
    { id: '1', user: 'a', at_us: 0 },
    { id: secret, user: 'b', at_us: 0 },
  ]);
  const store = await begin();
  await until(() => host.statuses()[0]!.inputs[0]?.position === 1, 60_000);
  expect(JSON.stringify(host.statuses())).not.toContain(secret);
  await withLake(lake(), async (ask) => {
    expect(await ask('SELECT id, "user" FROM silver')).toEqual([{ id: 1, user: 'a' }]);
    expect(await ask("SELECT decode(payload)::JSON->>'id' AS id, reason, pointer FROM quarantine_events")).toEqual([
      { id: secret, reason: 'type_changed', pointer: '/id' },
    ]);
  });
  await store.close();
}, 90_000);

test('with a column that only another version of the pipeline knows: the table gets it, of the type that it has there', async () => {
  await write([{ id: '1', user: 'a', at_us: 0 }]);
  await write([{ id: '2', user: 'b', at_us: 0 }], ", '7' AS size");
  const store = await begin();
  await until(() => host.statuses()[0]!.inputs[0]?.position === 2, 60_000);
  await write([{ id: '3', user: 'a', at_us: 0 }]);
  await write([{ id: '4', user: 'a', at_us: 0 }], ', 8 AS size');
  await until(() => host.statuses()[0]!.inputs[0]?.position === 4, 60_000);
  await withLake(lake(), async (ask) => {
    expect(await ask('SELECT id, size FROM silver ORDER BY id')).toEqual([
      { id: 1, size: null },
      { id: 2, size: '7' },
      { id: 3, size: null },
      { id: 4, size: '8' },
    ]);
  });
  await store.close();
}, 120_000);
