/** Tasks between real logs, thrown out behind any frame, also between the frames of one step: every row comes out once. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeHead, type FrameHead } from '#frame/head';
import { streamOf, subjectOf, type LogName, type LogStage } from '#frame/log-name';
import { splitSections, type Section } from '#frame/sections';
import type { StageState, Step } from '#frame/step';
import { ObjectBucket } from '#nats/object-bucket';
import { connectNats, type Nats } from '#nats/connection';
import { LogWriter } from '#nats/log-writer';
import { ensureLog, getMessage, streamInfo } from '#nats/streams';
import { enrichStep } from '#stages/enrich-step';
import { eventText, exampleContract, rawFrame, refusedIn, rowsIn } from '#stages/example-frames';
import { examplePipeline } from '#stages/example-pipeline';
import { topologyOf, type LogTaskSpec } from '#stages/topology';
import { validateStep } from '#stages/validate-step';
import { Metrics } from '#telemetry/metrics';
import { startNats, type NatsServer } from '../../test/support/nats-server.js';
import { readConfig } from './config.js';
import type { RuntimeContext } from './context.js';
import type { CrashPoint } from './crash-point.js';
import { createLogger } from './logger.js';
import { LogTask, stepCall } from './log-task.js';
import { TaskBoard } from './task-board.js';

const startMs = Date.UTC(2026, 0, 1);
const settings = { bytesMax: 50_000_000, replicas: 1 };
let server: NatsServer;
let nats: Nats;
let base: RuntimeContext;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'log-task.spec');
  base = {
    config: readConfig({ AFL_PIPELINE: '.', AFL_FRAME_BYTES_MAX: '9000', AFL_STEP_LINGER_MS: '0', AFL_SNAPSHOT_EVERY_MS: '30' }),
    nats,
    topology: topologyOf(examplePipeline()),
    logic: 'v',
    objects: new ObjectBucket(await nats.openBucket('objects', { replicas: 1 }), 100_000),
    board: new TaskBoard(nats, await nats.openBucket('tasks', { replicas: 1 })),
    metrics: new Metrics('test', () => []),
    crash: () => undefined,
    log: createLogger('test', 'me', 'silent'),
    now: Date.now,
  };
});

afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

const logOf = (stage: LogStage): LogName => ({ pipeline: 'shop', stage, of: 'orders', partition: 0 });

/** A raw log: every tenth event is malformed, every seventh a duplicate. */
async function writeRaw(events: number, perFrame: number): Promise<void> {
  const log = logOf('raw');
  await ensureLog(nats, streamOf(log), [subjectOf(log)], settings);
  const writer = new LogWriter(nats, streamOf(log), subjectOf(log), undefined, 0);
  for (let seq = 0; seq < events; ) {
    const arrivals = Array.from({ length: perFrame }, () => {
      const payload = seq % 10 === 9 ? 'bad' : eventText(`e${seq % 7 === 6 ? seq - 1 : seq}`, startMs + seq * 50, { more: 'm'.repeat(200) });
      return { payload, atMs: startMs + seq * 50, seq: seq++ };
    });
    const { sections } = rawFrame(1, arrivals);
    await writer.append({ inputs: [{ stream: 'front', created: 'c', hash: undefined, first: 1, last: 1 }], watermarkMs: null, idle: false, clockMs: startMs, logic: 'v' }, sections).stored;
  }
}

async function framesOf(log: LogName): Promise<{ head: FrameHead; sections: Section[] }[]> {
  const stream = streamOf(log);
  const frames = [];
  for (let seq = 1; seq <= ((await streamInfo(nats, stream))?.state.last_seq ?? 0); seq++) {
    const message = await getMessage(nats, stream, { seq });
    const head = decodeHead((name) => message!.header.values(name))!;
    frames.push({ head, sections: splitSections(head.sections, message!.data)! });
  }
  return frames;
}

/** Throws at every n-th appended frame; the frame itself is on its way then. */
function thrownOutEvery(times: number): RuntimeContext['crash'] {
  let left = times;
  return (point: CrashPoint) => {
    if (point !== 'task.after-append' || --left > 0) return;
    left = times;
    throw new Error('thrown out');
  };
}

/** Runs a task to the end of its input, starting it again each time it is thrown out. @returns how often it was */
async function runThrough<State extends StageState | undefined>(spec: LogTaskSpec, stateful: boolean, step: Step<State>, crash: RuntimeContext['crash']): Promise<number> {
  const task = new LogTask({ ...base, crash }, spec, stateful, stepCall(step));
  const stop = new AbortController();
  const wanted = (await streamInfo(nats, streamOf(spec.inputs[0]!)))!.state.last_seq;
  let starts = 0;
  const running = (async () => {
    while (!stop.signal.aborted) {
      starts++;
      await task.run(stop.signal).catch((error: Error) => {
        if (error.message !== 'thrown out') throw error;
      });
    }
  })();
  const failed = running.then(() => undefined, (error: Error) => error);
  for (let waits = 0; task.status().inputs[0]?.position !== wanted && waits < 2_000; waits++) await Promise.race([sleep(10), failed]);
  stop.abort();
  await running;
  return starts;
}

describe('a task that is thrown out again and again', () => {
  const validate: LogTaskSpec = { kind: 'validate', name: 'validate.orders.0', of: 'orders', inputs: [logOf('raw')], output: logOf('valid') };
  const enrich: LogTaskSpec = { kind: 'enrich', name: 'enrich.orders.0', of: 'orders', inputs: [logOf('valid')], output: logOf('enriched') };
  const events = 1_200;
  const all = Array.from({ length: events }, (_, seq) => seq);
  const malformed = all.filter((seq) => seq % 10 === 9);
  const duplicates = all.filter((seq) => seq % 7 === 6 && seq % 10 !== 9 && (seq - 1) % 10 !== 9);
  const accepted = all.filter((seq) => !malformed.includes(seq) && !duplicates.includes(seq));

  test('validates every event once, and says of each step once how far time and duplicates have come', async () => {
    await writeRaw(events, 40);
    const step = validateStep({ contract: exampleContract, outOfOrdernessMs: 0, latenessMs: 0, horizonMs: 1e9 });
    expect(await runThrough(validate, true, step, thrownOutEvery(3))).toBeGreaterThan(5);
    const frames = await framesOf(validate.output);
    expect(frames.some(({ head }) => head.row && head.row.done < head.row.all)).toBe(true);
    expect(rowsIn(frames, 'ok').map(({ _seq }) => _seq)).toEqual(accepted);
    expect(refusedIn(frames, 'rejected').map(({ seq }) => seq)).toEqual(malformed);
    expect(frames.reduce((sum, { head }) => sum + (head.duplicates ?? 0), 0)).toBe(duplicates.length);
    let beforeMs: number | null = null;
    for (const { head } of frames) {
      if (head.row && head.row.done < head.row.all) expect(head.watermarkMs).toBe(beforeMs);
      else expect(head.watermarkMs).toBeGreaterThan(beforeMs ?? 0);
      beforeMs = head.watermarkMs;
    }
  });

  test('enriches every row once', async () => {
    expect(await runThrough(enrich, false, enrichStep('SELECT *, CONCAT(id, more) AS longer FROM events', () => ({ tables: {}, versions: '' })), thrownOutEvery(2))).toBeGreaterThan(5);
    const frames = await framesOf(enrich.output);
    expect(rowsIn(frames, 'ok').map(({ _seq }) => _seq)).toEqual(accepted);
    expect(refusedIn(frames, 'rejected').map(({ seq }) => seq)).toEqual(malformed);
  });
});

test('a frame that was taken and is not stored yet still counts as needed', async () => {
  const [input, output] = [{ ...logOf('valid'), of: 'taken' }, { ...logOf('enriched'), of: 'taken' }];
  const spec: LogTaskSpec = { kind: 'enrich', name: 'enrich.taken.0', of: 'taken', inputs: [input], output };
  await ensureLog(nats, streamOf(input), [subjectOf(input)], settings);
  const writer = new LogWriter(nats, streamOf(input), subjectOf(input), undefined, 0);
  const write = (n: number): Promise<void> => writer.append({ inputs: [{ stream: 'in', created: 'c', hash: undefined, first: n, last: n }], watermarkMs: n, idle: false, logic: 'v' }, []).stored;
  const pass: Step<undefined> = ({ frames }) => ({ state: undefined, output: [{ sections: [], rowsDone: 1 }], rowsAll: 1, watermarkMs: frames.at(-1)!.head.watermarkMs, idle: false });
  await write(1);
  await runThrough(spec, false, pass, () => undefined);
  const taken = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const task = new LogTask(base, spec, false, async (request) => {
    taken.resolve();
    await goOn.promise;
    return stepCall(pass)(request);
  });
  const stop = new AbortController();
  const running = task.run(stop.signal);
  await write(2);
  await taken.promise;
  expect(task.status().inputs[0]).toMatchObject({ position: 1, safe: 1 });
  stop.abort();
  goOn.resolve();
  await running;
});
