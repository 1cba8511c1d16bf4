/** Two owners of one task at once, and a log that its writer trims: each input frame has its effects once, and nothing a reader needs is gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LogName, streamOf, subjectOf } from '#frame/log-name';
import { section } from '#frame/sections';
import type { StageState, Step } from '#frame/step';
import { connectNats, watchReconnects } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { lastFrame } from '#nats/streams/last-frame';
import { factsOf, streamInfo } from '#nats/streams/stream-info';
import type { RuntimeContext } from '#runtime/cluster/context';
import { LogTask } from '#runtime/log-task/log-task';
import { stepCall } from '#runtime/steps/step-call';
import { anyStage } from '#stages/define/define-stage';
import { validate } from '#stages/kinds/validate';
import type { LogTaskSpec } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { headOf, openReader, textOf } from './support/frames.js';
import { type KeptRunning, keepRunning, makeContext, pipelineOf, until } from './support/runtime.js';

let server: NatsServer;
const clients: NatsClient[] = [];
const contexts: RuntimeContext[] = [];
const running: KeptRunning[] = [];

beforeEach(async () => {
  server = await startNats();
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  for (const one of contexts.splice(0)) one.board.close();
  for (const { nc } of clients.splice(0)) await nc.close();
  await server.stop();
});

async function open(env: Readonly<Record<string, string>> = {}): Promise<RuntimeContext> {
  const nats = await connectNats(server.url, 'rivals.spec');
  clients.push(nats);
  const context = await makeContext(nats, pipelineOf('subjects: [in.>]', 1), { AFL_SNAPSHOT_EVERY_MS: '50', ...env });
  contexts.push(context);
  return context;
}

/** Keeps a task of this context running. */
function own(context: RuntimeContext, spec: LogTaskSpec, stateful: boolean, step: Step<Count>): LogTask {
  const task = new LogTask(context, spec, stateful, stepCall(step));
  void watchReconnects(context.nats.nc, () => task.onReconnect());
  running.push(keepRunning(task, context));
  return task;
}

class Count implements StageState {
  total: number;

  constructor(total: number) {
    this.total = total;
  }

  snapshot(): Uint8Array[] {
    return [Buffer.from(String(this.total))];
  }
}

const logOf = (stage: LogName['stage']): LogName => ({ pipeline: 'test', stage, origin: 'events', partition: 0 });
const spec: LogTaskSpec = {
  stage: anyStage(validate),
  name: 'validate.events.0',
  origin: 'events',
  inputs: [logOf('raw')],
  output: logOf('valid'),
};

/** Numbers the input's texts: an effect that is lost or done twice spoils every number behind it. Several frames for one step. */
const count: Step<Count> = ({ frames, state, saved, limits }) => {
  const current = state ?? new Count(saved ? Number(Buffer.from((saved as readonly Uint8Array[])[0]!).toString()) : 0);
  const lines = frames.flatMap((frame) => textOf(frame).split(' ')).map((text) => `${text}=${++current.total}`);
  const output = lines
    .map((line, i) => ({ sections: [section('ok', 'ndjson', Buffer.from(line), 1)], rowsDone: i + 1 }))
    .filter(({ rowsDone }) => rowsDone > limits.rowsDone);
  return { state: current, output, rowsAll: lines.length, watermarkMs: current.total, idle: false };
};

/** Appends input frames of three texts each. */
async function write({ nats }: RuntimeContext, from: number, frames: number, pauseMs = 0): Promise<void> {
  const [stream, subject] = [streamOf(logOf('raw')), subjectOf(logOf('raw'))];
  const { lastSeq } = await ensureLog(nats, stream, [subject], { bytesMax: 1e8, replicas: 1 });
  const writer = new LogWriter(nats, stream, subject, await lastFrame(nats, stream, subject), lastSeq);
  for (let i = 0; i < frames; i++) {
    const texts = [1, 2, 3].map((n) => `t${from + i * 3 + n}`).join(' ');
    await writer.append(headOf(i + 1), [section('ok', 'ndjson', Buffer.from(texts), 3)]).stored;
    if (pauseMs > 0) await sleep(pauseMs);
  }
}

const expected = (rows: number): string[] => Array.from({ length: rows }, (_, i) => `t${i + 1}=${i + 1}`);
const outputEnd = async ({ nats }: RuntimeContext): Promise<number> =>
  (await streamInfo(nats, streamOf(spec.output)))?.state.last_seq ?? 0;

async function outputTexts({ nats }: RuntimeContext, frames: number): Promise<string[]> {
  const { reader, take } = await openReader(nats, streamOf(spec.output));
  try {
    return (await take(frames)).map(textOf);
  } finally {
    reader.close();
  }
}

test("two owners at once get in each other's way and nothing else", async () => {
  const [a, b] = [await open(), await open()];
  const writing = write(a, 0, 200, 5);
  const tasks = [a, b].map((context) => own(context, spec, true, count));
  await writing;
  await until(() => tasks.some((task) => task.status().inputs[0]?.position === 200), 30_000);
  await until(async () => (await outputEnd(a)) === 600);
  expect(await outputTexts(a, 600)).toEqual(expected(600));
  expect(running.every((one) => one.halted() === undefined)).toBe(true);
}, 60_000);

test('an owner that comes and goes, with the server killed in between, leaves the same log', async () => {
  const context = await open();
  const writing = write(context, 0, 100, 5);
  for (let i = 0; i < 6; i++) {
    own(context, spec, true, count);
    await sleep(60);
    await running.pop()!.stop();
  }
  await writing;
  await server.kill();
  await server.restart();
  await until(() =>
    (context.nats as NatsClient).nc.rtt().then(
      () => true,
      () => false,
    ),
  );
  own(context, spec, true, count);
  await until(async () => (await outputEnd(context)) === 300, 30_000);
  expect(await outputTexts(context, 300)).toEqual(expected(300));
}, 60_000);

test('a full output log holds the task back until its reader has caught up', async () => {
  const context = await open({ AFL_LOG_BYTES_MAX: '20000', AFL_BATCH_BYTES_MAX: '1000' });
  await write(context, 0, 1);
  own(context, spec, true, count);
  // Slow enough for snapshots: what its own state needs, a task cannot trim.
  await write(context, 3, 59, 20);
  const { nats } = context;
  const stream = streamOf(spec.output);
  await until(async () => (await outputEnd(context)) > 10);
  await sleep(500);
  const stuck = await outputEnd(context);
  expect(stuck).toBeLessThan(180);
  expect(running[0]!.halted()).toBeUndefined();
  // The reader's positions are what the writer trims by: the lake table and enrich both read this log.
  const post = async (task: string, position: number): Promise<void> => {
    const { created } = factsOf((await streamInfo(nats, stream))!);
    await context.board.post({
      task,
      owner: 'r',
      state: 'running',
      inputs: [{ stream, created, position, safe: position }],
      watermarkMs: null,
      idle: false,
      waiting: 0,
      updatedMs: 0,
    });
  };
  const { reader, take } = await openReader(nats, stream);
  const texts: string[] = [];
  try {
    for (let position = 1; texts.length < 180; position++) {
      // A frame without text only names a snapshot.
      texts.push(...(await take(1)).map(textOf).filter((text) => text !== ''));
      await post('enrich.events.0', position);
    }
  } finally {
    reader.close();
  }
  expect(texts).toEqual(expected(180));
}, 60_000);

test('trimming keeps what the slowest reader still needs, and the last frame', async () => {
  const context = await open();
  const { nats } = context;
  const stream = streamOf(spec.output);
  await write(context, 0, 20);
  own(context, spec, true, count);
  await until(async () => (await outputEnd(context)) === 60);
  const { created } = factsOf((await streamInfo(nats, stream))!);
  const post = (position: number, incarnation = created): Promise<void> =>
    context.board.post({
      task: 'enrich.events.0',
      owner: 'r',
      state: 'running',
      inputs: [{ stream, created: incarnation, position, safe: position }],
      watermarkMs: null,
      idle: false,
      waiting: 0,
      updatedMs: 0,
    });
  const first = async (): Promise<number> => (await streamInfo(nats, stream))!.state.first_seq;
  await sleep(2_500);
  expect(await first()).toBe(1);
  await post(50, 'another incarnation');
  await sleep(2_500);
  expect(await first()).toBe(1);
  await post(40);
  // Its own state needs a snapshot that a later frame names.
  for (let i = 0; i < 5; i++) {
    await write(context, 60 + i * 3, 1);
    await sleep(100);
  }
  await until(async () => (await first()) > 1);
  expect(await first()).toBeLessThanOrEqual(41);
  await post(75);
  await until(async () => (await first()) > 60);
  expect((await streamInfo(nats, stream))!.state.messages).toBeGreaterThanOrEqual(1);
  const firstLeft = await first();
  const { reader, take } = await openReader(nats, stream, { seq: firstLeft - 1 });
  expect((await take(75 - firstLeft + 1)).map(textOf)).toEqual(expected(75).slice(firstLeft - 1));
  reader.close();
}, 60_000);
