/** What a task does with a saved state, its own or one of another version: it goes on with it, or halts, and misreads none. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LogName, type LogStage, streamOf, subjectOf } from '#frame/log-name';
import type { Step } from '#frame/step';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { anyStage } from '#stages/define/define-stage';
import { enrich } from '#stages/kinds/enrich';
import { validate } from '#stages/kinds/validate';
import { validateStep } from '#stages/steps/validate-step';
import { eventText, exampleContract, rawFrame, refusedIn } from '#stages/topology/example-frames';
import { examplePipeline } from '#stages/topology/example-pipeline';
import type { LogTaskSpec } from '#stages/topology/topology';
import { framesOf } from '../../../test/integration/support/frames.js';
import { runThrough } from '../../../test/integration/support/run-through.js';
import { thrownOutEvery } from '../../../test/integration/support/runtime.js';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { testContext } from '../../../test/support/test-context.js';
import type { RuntimeContext } from '../cluster/context.js';
import { stepCall } from '../steps/step-call.js';
import { LogTask } from './log-task.js';

const startMs = Date.UTC(2026, 0, 1);

const settings = { bytesMax: 50_000_000, replicas: 1 };

let server: NatsServer;

let nats: Nats;

let base: RuntimeContext;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'log-task-states.spec');
  base = await testContext(nats, examplePipeline(), {
    AFL_FRAME_BYTES_MAX: '9000',
    AFL_STEP_LINGER_MS: '0',
    AFL_SNAPSHOT_EVERY_MS: '30',
  });
});

afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

const logOf = (stage: LogStage): LogName => ({ pipeline: 'shop', stage, origin: 'orders', partition: 0 });

test('a saved state in a format of another version halts its task, and is not misread', async () => {
  const [input, output] = [
    { ...logOf('raw'), pipeline: 'older' },
    { ...logOf('valid'), pipeline: 'older' },
  ];
  const spec: LogTaskSpec = {
    stage: anyStage(validate),
    name: 'validate.older.0',
    origin: 'older',
    inputs: [input],
    output,
  };
  const facts = await ensureLog(nats, streamOf(input), [subjectOf(input)], settings);
  await ensureLog(nats, streamOf(output), [subjectOf(output)], settings);
  const positions = [{ stream: facts.stream, created: facts.created, seq: 0, hash: undefined }];
  const object = await base.objects
    .shelf(`${spec.name}.old`)
    .put([Buffer.from('{"watermarkMs":null}'), Buffer.from('ARROW1 ids as text')], {
      at: 1,
      atHash: undefined,
      positions,
    });
  await new LogWriter(nats, streamOf(output), subjectOf(output), undefined, 0).append(
    {
      inputs: positions.map(({ stream, created }) => ({ stream, created, hash: undefined, first: 1, last: 0 })),
      watermarkMs: null,
      idle: false,
      logic: 'v',
      state: { object, at: 1 },
    },
    [],
  ).stored;
  await new LogWriter(nats, streamOf(input), subjectOf(input), undefined, 0).append(
    {
      inputs: [{ stream: 'in', created: 'c', hash: undefined, first: 1, last: 1 }],
      watermarkMs: null,
      idle: false,
      clockMs: 1,
      logic: 'v',
    },
    [],
  ).stored;
  const step = validateStep({
    contract: exampleContract,
    outOfOrdernessMs: 0,
    aheadMsMax: 60_000,
    latenessMs: 0,
    horizonMs: 1e9,
  });
  const stop = new AbortController();
  await expect(new LogTask(base, spec, true, stepCall(step)).run(stop.signal)).rejects.toThrow(
    /^validate\.older\.0: the snapshot holds event ids in a format that this version does not know\. Start the version that wrote it/,
  );
});

test('a frame that was taken and is not stored yet still counts as needed', async () => {
  const [input, output] = [
    { ...logOf('valid'), pipeline: 'taken' },
    { ...logOf('enriched'), pipeline: 'taken' },
  ];
  const spec: LogTaskSpec = {
    stage: anyStage(enrich),
    name: 'enrich.taken.0',
    origin: 'taken',
    inputs: [input],
    output,
  };
  await ensureLog(nats, streamOf(input), [subjectOf(input)], settings);
  const writer = new LogWriter(nats, streamOf(input), subjectOf(input), undefined, 0);
  const write = (n: number): Promise<void> =>
    writer.append(
      {
        inputs: [{ stream: 'in', created: 'c', hash: undefined, first: n, last: n }],
        watermarkMs: n,
        idle: false,
        logic: 'v',
      },
      [],
    ).stored;
  const pass: Step<undefined> = ({ frames }) => ({
    state: undefined,
    output: [{ sections: [], rowsDone: 1 }],
    rowsAll: 1,
    watermarkMs: frames.at(-1)!.head.watermarkMs,
    idle: false,
  });
  await write(1);
  await runThrough(base, spec, false, pass, () => undefined);
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

test('another version that rebuilds a state from the same frames says no earlier time than they do', async () => {
  const [input, output] = [
    { ...logOf('raw'), pipeline: 'kept' },
    { ...logOf('valid'), pipeline: 'kept' },
  ];
  const spec: LogTaskSpec = {
    stage: anyStage(validate),
    name: 'validate.kept.0',
    origin: 'kept',
    inputs: [input],
    output,
  };
  const versionOf = (latenessMs: number) =>
    validateStep({ contract: exampleContract, outOfOrdernessMs: 0, aheadMsMax: 1e9, latenessMs, horizonMs: 1e9 });
  await ensureLog(nats, streamOf(input), [subjectOf(input)], settings);
  const writer = new LogWriter(nats, streamOf(input), subjectOf(input), undefined, 0);
  const write = (seq: number, eventMs: number): Promise<void> =>
    writer.append(
      {
        inputs: [{ stream: 'front', created: 'c', hash: undefined, first: seq, last: seq }],
        watermarkMs: null,
        idle: false,
        clockMs: startMs,
        logic: 'v',
      },
      rawFrame(seq, [{ payload: eventText(`k${seq}`, eventMs), atMs: startMs, seq }]).sections,
    ).stored;
  await write(1, startMs + 3_600_000);
  const killed = new LogTask(
    { ...base, config: { ...base.config, snapshotEveryMs: 1e9 }, crash: thrownOutEvery(1) },
    spec,
    true,
    stepCall(versionOf(1e9)),
  );
  await expect(killed.run(new AbortController().signal)).rejects.toThrow('thrown out');
  await write(2, startMs + 1000);
  await runThrough(base, spec, true, versionOf(0), () => undefined);
  const frames = await framesOf(nats, output);
  expect(new Set(frames.map(({ head }) => head.watermarkMs))).toEqual(new Set([startMs + 3_600_000]));
  expect(refusedIn(frames, 'late').map(({ seq }) => seq)).toEqual([2]);
});
