/** Lag as tasks tell it, over a real server: exact in messages and seconds, a good estimate in events, and there while a task cannot go on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LogName, streamOf, subjectOf } from '#frame/log-name';
import type { Step } from '#frame/step';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { newestFrame } from '#nats/streams/last-frame';
import type { RuntimeContext } from '#runtime/cluster/context';
import { IngestTask } from '#runtime/ingest/ingest-task';
import { LogTask } from '#runtime/log-task/log-task';
import { LogInputs } from '#runtime/logs/log-inputs';
import { TaskMeter } from '#runtime/logs/task-meter';
import { stepCall } from '#runtime/steps/step-call';
import { anyStage } from '#stages/define/define-stage';
import { enrich } from '#stages/kinds/enrich';
import { ingestTasks, type LogTaskSpec } from '#stages/topology/topology';
import { headOf, textSection } from '../integration/support/frames.js';
import { type KeptRunning, keepRunning, makeContext, pipelineOf, until } from '../integration/support/runtime.js';
import { type NatsServer, startNats } from '../support/nats-server.js';

let server: NatsServer;
let nats: NatsClient;
let context: RuntimeContext;
const running: KeptRunning[] = [];

beforeEach(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'metrics-lag.spec');
  context = await makeContext(nats, pipelineOf('subjects: [in.>]', 1));
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  context.board.close();
  await nats.nc.close();
  await server.stop();
});

const logOf = (stage: LogName['stage']): LogName => ({ pipeline: 'test', stage, origin: 'events', partition: 0 });
const spec: LogTaskSpec = {
  stage: anyStage(enrich),
  name: 'enrich.events.0',
  origin: 'events',
  inputs: [logOf('valid')],
  output: logOf('enriched'),
};
const pass: Step<undefined> = ({ frames }) => ({
  state: undefined,
  output: [{ sections: frames.flatMap(({ sections }) => sections), rowsDone: 1 }],
  rowsAll: 1,
  watermarkMs: 1,
  idle: false,
});

/** Appends frames of so many rows each. */
async function write(log: LogName, rows: readonly number[]): Promise<string> {
  const [stream, subject] = [streamOf(log), subjectOf(log)];
  const facts = await ensureLog(nats, stream, [subject], { bytesMax: 1e8, replicas: 1 });
  const writer = new LogWriter(nats, stream, subject, await newestFrame(nats, facts, subject), facts.lastSeq);
  for (const count of rows) await writer.append(headOf(writer.seq + 1), [textSection('x'.repeat(100), count)]).stored;
  return facts.created;
}

function keep<Task extends LogTask | IngestTask>(task: Task): Task {
  running.push(keepRunning(task, context));
  return task;
}

const shown = async (line: string): Promise<number> =>
  Number(new RegExp(`^${line}.* (\\S+)$`, 'm').exec(await context.metrics.registry.metrics())?.[1] ?? 'NaN');

describe('what waits in a log', () => {
  test('is known from the first delivery on, long before it is read', async () => {
    const created = await write(
      spec.inputs[0]!,
      Array.from({ length: 400 }, (_, i) => 10 + (i % 3)),
    );
    const inputs = new LogInputs(
      nats,
      [{ stream: streamOf(spec.inputs[0]!), created, seq: 0, hash: undefined }],
      2_000,
    );
    try {
      await until(() => inputs.ready && inputs.bytes >= 2_000);
      expect(inputs.lag.messages).toBe(400);
      // 4,399 in all.
      expect(inputs.lag.events).toBeGreaterThan(4_000);
      expect(inputs.lag.events).toBeLessThan(4_800);
      expect(Date.now() - inputs.lag.oldestMs!).toBeLessThan(60_000);
      let taken = 0;
      while (taken < 400) {
        await until(() => inputs.ready);
        taken += inputs.take(1_000).length;
      }
      expect(inputs.lag).toEqual({ messages: 0, events: 0, oldestMs: undefined });
    } finally {
      inputs.close();
    }
  });
});

describe('a task between two logs', () => {
  test('tells the age of what it works on, also while a step does not come to an end, and nothing once the outcome is stored', async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const task = keep(
      new LogTask(context, spec, false, async (request) => {
        await held;
        return stepCall(pass)(request);
      }),
    );
    await write(spec.inputs[0]!, [5]);
    const writtenMs = Date.now();
    await until(() => task.measure().lag.oldestMs !== undefined);
    await sleep(300);
    expect(writtenMs - task.measure().lag.oldestMs!).toBeLessThan(2_000);
    finish();
    await until(() => task.measure().lag.oldestMs === undefined);
    expect(task.measure()).toEqual({
      lag: { messages: 0, events: 0, oldestMs: undefined },
      streams: [{ stream: streamOf(spec.output), ratio: expect.any(Number) }],
    });
    expect(await shown('afluente_input_rows_total{task="enrich.events.0"')).toBe(5);
    expect(await shown('afluente_publish_seconds_count{.*stage="enrich.events"')).toBe(1);
  });

  test('keeps its lag between two sessions', () => {
    const meter = new TaskMeter(context, spec);
    const lag = { messages: 3, events: 30, oldestMs: 2_000 };
    expect(meter.lagOf(undefined)).toEqual({ messages: 0, events: 0, oldestMs: undefined });
    expect(meter.lagOf({ inputs: { lag }, unstoredMs: [1_000, 1_500] })).toEqual({ ...lag, oldestMs: 1_000 });
    expect(meter.lagOf({ inputs: { lag }, unstoredMs: [] })).toEqual(lag);
    expect(meter.lagOf(undefined)).toEqual(lag);
  });

  test('counts what it takes again after it failed', async () => {
    let failures = 1;
    const task = keep(
      new LogTask(context, spec, false, async (request) => {
        if (failures-- > 0) throw new Error('not yet');
        return stepCall(pass)(request);
      }),
    );
    await write(spec.inputs[0]!, [5]);
    await until(() => task.status().inputs[0]?.position === 1);
    expect(await shown('afluente_redelivered_messages_total{task="enrich.events.0"')).toBe(1);
  });

  test('counts a conflict when another writer was first', async () => {
    const task = keep(new LogTask(context, spec, false, stepCall(pass)));
    await write(spec.inputs[0]!, [1]);
    await until(() => task.status().inputs[0]?.position === 1);
    // A rival: the same frame number, another lineage.
    await nats.js.publish(subjectOf(spec.output), 'not a frame');
    await write(spec.inputs[0]!, [1]);
    await until(() => running[0]!.starts() > 1);
    expect(await shown('afluente_append_failures_total{task="enrich.events.0",reason="conflict"')).toBe(1);
  });
});

describe('ingest', () => {
  test('counts messages and events that wait in the front stream, and how full it is', async () => {
    const ingest = ingestTasks(context.topology)[0]!;
    await ensureLog(nats, ingest.front.stream, ['in.>'], { bytesMax: 1e8, replicas: 1 });
    const event = '{"id":"1","user":"u","at":"2026-01-01T00:00:00Z"}';
    for (let i = 0; i < 50; i++) await nats.js.publish('in.a', `[${event},${event}]`);
    const task = new IngestTask(context, ingest, 1_000);
    let most = { messages: 0, events: 0 };
    const timer = setInterval(() => {
      const { lag } = task.measure();
      if (lag.messages > most.messages) most = lag;
    }, 1);
    keep(task);
    await until(() => task.status().inputs[0]?.position === 50);
    clearInterval(timer);
    expect(most.events).toBe(2 * most.messages);
    await until(() => task.measure().lag.oldestMs === undefined && task.measure().streams.length === 2);
    expect(task.measure().streams.map(({ stream }) => stream)).toEqual([
      ingest.front.stream,
      streamOf(ingest.outputs[0]!),
    ]);
    expect(await shown('afluente_ingested_events_total{source="events"')).toBe(100);
    expect(await shown('afluente_ingested_bytes_total{source="events"')).toBe(100 * event.length);
  });
});
