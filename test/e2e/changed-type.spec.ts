/** A column changes its type and back while events come in: the documented way (docs/operations.md). Nothing is rounded, nothing stands still. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tasksBucketOf } from '#frame/log-name';
import type { Nats } from '#nats/ground/nats';
import { frameAt } from '#nats/streams/last-frame';
import { streamInfo } from '#nats/streams/stream-info';
import { TaskBoard } from '#runtime/ground/task-board';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { Fleet } from './support/fleet.js';
import { type Row, withLake } from './support/lake.js';
import { pastStartMs } from './support/orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';
import { Watch } from './support/watch.js';

const runMsMax = 180_000;
const stateMsMax = 45_000;
const pollMs = 100;
const windowLine = /windows:\n.*\n/;

let work: TempDir;
let server: NatsServer;
let pipeline: string;
let lake: string;
let at: string;

beforeEach(async () => {
  work = makeTempDir('changed-type');
  server = await startNats();
  pipeline = copyPipeline('test/pipelines/typed', work.path, {});
  lake = `file:${join(work.path, 'lake')}`;
  at = new Date(pastStartMs(Date.now())).toISOString();
});
afterEach(async () => {
  await endPrograms();
  await server.stop();
  work.remove();
});

const up = (): Promise<CliResult> =>
  runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle']);

function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(pipeline, file);
  const before = readFileSync(path, 'utf8');
  expect(before).toMatch(from);
  writeFileSync(path, before.replace(from, to));
}

const changeType = (from: string, to: string): void =>
  edit('contracts/ev.json', `"n": { "type": "${from}" }`, `"n": { "type": "${to}" }`);

async function publish(events: Readonly<Record<string, unknown>>): Promise<void> {
  const watch = await Watch.open(server.url, pipeline);
  await publishAll(
    watch.nats,
    Object.entries(events).map(([id, n]) => ({ subject: 'typed.ev', payload: JSON.stringify({ id, k: 'k', at, n }) })),
  );
  await watch.close();
}

/** Runs the services with the pipeline as it is now, until it has let `rows` events through enrich, and these tasks have halted. */
async function runUntilHalted(rows: number, halts: Readonly<Record<string, RegExp>>): Promise<void> {
  const { logic } = PipelineSource.load(pipeline);
  const fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs') });
  await withNats(server.url, async (nats) => {
    const board = new TaskBoard(nats, await nats.openBucket(tasksBucketOf('typed'), { replicas: 1 }));
    for (const [task, says] of Object.entries(halts)) {
      await until(`${task} has halted`, async () => (await board.read(task))?.state === 'halted');
      expect((await board.read(task))?.reason).toMatch(says);
    }
    await until('enrich has let the events through', async () => (await acceptedBy(nats, logic)) === rows);
  });
  await fleet.stop();
}

async function acceptedBy(nats: Nats, logic: string): Promise<number> {
  const stream = 'afl_typed_enriched_ev_0';
  const { first_seq: first, last_seq: last } = (await streamInfo(nats, stream))!.state;
  let rows = 0;
  for (let seq = first; seq <= last; seq++) {
    const head = (await frameAt(nats, stream, seq))?.head;
    if (head?.logic === logic) for (const section of head.sections) if (section.name === 'ok') rows += section.rows;
  }
  return rows;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + stateMsMax;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`not so after ${stateMsMax} ms: ${what}`);
    await sleep(pollMs);
  }
}

const silver = 'SELECT id, n::BIGINT::INT AS n FROM silver_ev ORDER BY id';
const refused =
  "SELECT decode(payload)::JSON->>'id' AS id, reason, pointer, split_part(message, ':', 1) AS by FROM quarantine_ev ORDER BY ALL";
const ask = (sql: string): Promise<readonly Row[]> => withLake(lake, (query) => query(sql));
const refusedBy = (id: string, by: string) => ({ id, reason: 'type_changed', pointer: '/n', by });
const tableHalts = (type: string): RegExp =>
  new RegExp(`column "n" is long in the table but would be written as ${type}`);

/** @param meanwhile two events, which halt the table */
async function becomesForATime(type: string, inTable: string, meanwhile: Record<string, unknown>): Promise<void> {
  changeType('integer', type);
  await publish(meanwhile);
  await runUntilHalted(2, { 'lake.silver_ev': tableHalts(inTable) });
  changeType(type, 'integer');
}

/** Behind one more run. Each event is called after its number. */
async function expectTables(right: readonly number[], strange: readonly string[]): Promise<void> {
  expect(await up()).toMatchObject({ code: 0 });
  expect(await ask(silver)).toEqual(right.map((n) => ({ id: `e${n}`, n })));
  expect(await ask(refused)).toEqual(strange.map((id) => refusedBy(id, 'table silver_ev')));
}

describe('a column of integers becomes one', () => {
  test(
    'of number, and back, and of string, and back: what is an integer is in the table, the rest in quarantine, and all goes on',
    async () => {
      edit('pipeline.yaml', windowLine, '');
      await publish({ e1: 1 });
      expect(await up()).toMatchObject({ code: 0 });
      await becomesForATime('number', 'double', { e2: 2.75, e3: 3 });
      await publish({ e4: 4 });
      await expectTables([1, 3, 4], ['e2']);
      await becomesForATime('string', 'string', { e5: 'abc', e6: '6' });
      await publish({ e7: 7 });
      for (let times = 0; times < 2; times++) await expectTables([1, 3, 4, 6, 7], ['e2', 'e5']);
    },
    runMsMax,
  );

  test(
    'of number, and back, and lake-writer dies between the commits of the two tables: no row is twice',
    async () => {
      edit('pipeline.yaml', windowLine, '');
      await publish({ e1: 1 });
      expect(await up()).toMatchObject({ code: 0 });
      changeType('integer', 'number');
      await publish({ e2: 2.75, e3: 3 });
      await runUntilHalted(2, { 'lake.silver_ev': tableHalts('double') });
      changeType('number', 'integer');
      const fleet = await Fleet.start({
        pipeline,
        nats: server.url,
        lake,
        logs: join(work.path, 'logs'),
        services: ['lake-writer'],
        crashAt: { 'lake-writer': ['lake.files-written:2'] },
      });
      expect(await fleet.staysDead('lake-writer')).toBe('SIGKILL');
      await fleet.stop();
      expect(await ask(silver)).toEqual([{ id: 'e1', n: 1 }]);
      expect(await ask(refused)).toEqual([refusedBy('e2', 'table silver_ev')]);
      expect(await up()).toMatchObject({ code: 0 });
      expect(await ask(silver)).toEqual([
        { id: 'e1', n: 1 },
        { id: 'e3', n: 3 },
      ]);
      expect(await ask(refused)).toEqual([refusedBy('e2', 'table silver_ev')]);
    },
    runMsMax,
  );

  test(
    'of number, and back, with a window over it: its sums are of what is in the table',
    async () => {
      await publish({ e1: 1 });
      expect(await up()).toMatchObject({ code: 0 });
      changeType('integer', 'number');
      await publish({ e2: 2.75, e3: 3 });
      const other =
        /stream afl_typed_results_w_0 was made for ".*measures c count\(\), s sum\(n int64\)\.", but pipeline.yaml now says ".*sum\(n float64\)\.".*Set that back/;
      await runUntilHalted(2, { 'lake.silver_ev': tableHalts('double'), 'window.w.0': other, 'lake.gold_w': other });
      expect(await runCli(['streams', '--check', '--pipeline', pipeline, '--nats', server.url])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(other),
      });
      changeType('number', 'integer');
      await publish({ e4: 4 });
      for (let times = 0; times < 2; times++) {
        expect(await up()).toMatchObject({ code: 0 });
        expect(await ask(silver)).toEqual([
          { id: 'e1', n: 1 },
          { id: 'e3', n: 3 },
          { id: 'e4', n: 4 },
        ]);
        expect(await ask(refused)).toEqual([refusedBy('e2', 'table silver_ev'), refusedBy('e2', 'window w')]);
        expect(await ask('SELECT k, c::INT AS c, s::INT AS s FROM gold_w_latest')).toEqual([{ k: 'k', c: 3, s: 8 }]);
      }
    },
    runMsMax,
  );

  test(
    'of number, and back, before enrich has read it: enrich refuses what is no integer',
    async () => {
      await publish({ e1: 1 });
      expect(await up()).toMatchObject({ code: 0 });
      changeType('integer', 'number');
      await publish({ e2: 2.75, e3: 3 });
      await validateAlone();
      changeType('number', 'integer');
      expect(await up()).toMatchObject({ code: 0 });
      expect(await ask(silver)).toEqual([
        { id: 'e1', n: 1 },
        { id: 'e3', n: 3 },
      ]);
      expect(await ask(refused)).toEqual([refusedBy('e2', 'enrich')]);
      expect(await ask('SELECT c::INT AS c, s::INT AS s FROM gold_w_latest')).toEqual([{ c: 2, s: 4 }]);
    },
    runMsMax,
  );
});

async function validateAlone(): Promise<void> {
  const { logic } = PipelineSource.load(pipeline);
  const fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake,
    logs: join(work.path, 'logs'),
    services: ['ingest', 'validate'],
  });
  await withNats(server.url, async (nats) => {
    await until('validate has let the events through', async () => {
      const { last_seq: last } = (await streamInfo(nats, 'afl_typed_valid_ev_0'))!.state;
      const head = (await frameAt(nats, 'afl_typed_valid_ev_0', last))?.head;
      return head?.logic === logic && head.idle;
    });
  });
  await fleet.stop();
}
