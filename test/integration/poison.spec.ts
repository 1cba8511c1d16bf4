/** Frames on which a step throws: they are found, their rows go to quarantine whole, and everything else is as if they had been empty. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { asTimestamps, writeFrame } from '#columns/frames';
import { readNdjson } from '#columns/ndjson';
import { runSql } from '#columns/sql';
import { decodeHead, type FrameHead } from '#frame/head';
import { streamOf, subjectOf, type LogName } from '#frame/log-name';
import { section, splitSections, type Section } from '#frame/sections';
import type { StageState, Step } from '#frame/step';
import { connectNats, type NatsClient } from '#nats/connection';
import { LogWriter } from '#nats/log-writer';
import { ensureLog, getMessage, lastFrame, streamInfo } from '#nats/streams';
import type { RuntimeContext } from '#runtime/context';
import { LogTask, stepCall } from '#runtime/log-task';
import { eventText, exampleContract, rawFrame, refusedIn, rowsIn, type Arrival } from '#stages/example-frames';
import type { LogTaskSpec } from '#stages/topology';
import { validateStep } from '#stages/validate-step';
import { reduceStep, windowStep } from '#stages/window-steps';
import type { WindowSpec } from '#windows/window-spec';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { keepRunning, type KeptRunning, makeContext, pipelineOf, until } from './support/runtime.js';

let server: NatsServer;
let nats: NatsClient;
let context: RuntimeContext;
const running: KeptRunning[] = [];

beforeEach(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'poison.spec');
  context = await makeContext(nats, pipelineOf('subjects: [in.>]', 1));
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  context.board.close();
  await nats.nc.close();
  await server.stop();
});

const logOf = (stage: LogName['stage']): LogName => ({ pipeline: 'test', stage, of: 'events', partition: 0 });
const specOf = (kind: LogTaskSpec['kind'], from: LogName['stage'], to: LogName['stage']): LogTaskSpec => ({ kind, name: `${kind}.events.0`, of: 'events', inputs: [logOf(from)], output: logOf(to) });

function run<State extends StageState | undefined>(spec: LogTaskSpec, step: Step<State>, more: Partial<RuntimeContext> = {}): { task: LogTask; kept: KeptRunning } {
  const task = new LogTask({ ...context, ...more }, spec, spec.kind !== 'reduce', stepCall(step));
  const kept = keepRunning(task, context);
  running.push(kept);
  return { task, kept };
}

const positionOf = (task: LogTask): number => task.status().inputs[0]?.position ?? 0;

interface Frame {
  readonly sections: readonly Section[];
  readonly head?: Partial<FrameHead>;
}

/** Appends frames to an input log. */
async function write(log: LogName, frames: readonly Frame[]): Promise<void> {
  const [stream, subject] = [streamOf(log), subjectOf(log)];
  const { lastSeq } = await ensureLog(nats, stream, [subject], { bytesMax: 1e8, replicas: 1 });
  const writer = new LogWriter(nats, stream, subject, await lastFrame(nats, stream, subject), lastSeq);
  for (const { sections, head } of frames) {
    const next = writer.seq + 1;
    await writer.append({ inputs: [{ stream: 'in', created: 'c', hash: undefined, first: next, last: next }], watermarkMs: null, idle: false, logic: 'v', ...head }, sections).stored;
  }
}

async function framesOf(log: LogName): Promise<Array<{ head: FrameHead; sections: Section[] }>> {
  const frames = [];
  for (let seq = 1; seq <= ((await streamInfo(nats, streamOf(log)))?.state.last_seq ?? 0); seq++) {
    const message = await getMessage(nats, streamOf(log), { seq });
    const head = decodeHead((name) => message!.header.values(name))!;
    frames.push({ head, sections: splitSections(head.sections, message!.data)! });
  }
  return frames;
}

describe('a window whose sum overflows in one frame', () => {
  const nines = '9'.repeat(38);
  const window: WindowSpec = { name: 'events', sizeMs: 60_000, latenessMs: 0, key: ['k'], measures: { s: { fn: 'sum', column: 'v' }, n: { fn: 'count' } }, eventTime: 'at' };
  const frameOf = (first: number, values: readonly string[]): { sections: Section[] } => {
    const lines = values.map((v, i) => JSON.stringify({ k: 'a', v, at_us: 1_000_000 * (first + i), _seq: first + i })).join('\n');
    const columns = [{ name: 'k', type: { kind: 'string' } }, { name: 'v', type: { kind: 'string' } }, { name: 'at_us', type: { kind: 'int64' } }, { name: '_seq', type: { kind: 'int64' } }] as const;
    const rows = readNdjson(Buffer.from(`${lines}\n`), columns.map((column) => ({ ...column, nullable: false })));
    const typed = asTimestamps(runSql('SELECT k, CAST(v AS DECIMAL(38,0)) AS v, at_us AS at, _seq, CAST(0 AS INTEGER) AS _index, at_us AS _arrived_at FROM rows', { rows }), ['at', '_arrived_at']);
    return { sections: [section('ok', 'arrow', writeFrame(typed, 'lz4'), values.length)] };
  };
  const input = [frameOf(1, ['1', '2']), frameOf(3, ['3']), frameOf(4, [nines, nines, '7']), frameOf(7, ['4']), { sections: [], head: { watermarkMs: 30_000, idle: true } }];
  const linesOf = (frames: readonly { sections: Section[] }[], name: string): Array<Record<string, unknown>> =>
    frames.flatMap(({ sections }) => sections.filter((s) => s.name === name).flatMap(({ data }) => Buffer.from(data).toString().trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)));

  test('leaves that frame out, whole, and says so', async () => {
    await write(logOf('enriched'), input);
    const spec = specOf('window', 'enriched', 'results');
    const { task } = run(spec, windowStep(window));
    await until(() => positionOf(task) === 5);
    const frames = await framesOf(spec.output);
    expect(frames.filter(({ head }) => head.refused !== undefined).map(({ head }) => [head.inputs[0]!.first, head.inputs[0]!.last])).toEqual([[3, 3], [3, 3]]);
    expect(linesOf(frames, 'rejected')).toMatchObject([4, 5, 6].map((_seq) => ({ _seq, reason: 'step_failed', message: expect.stringContaining('window events: ') as unknown })));
    expect(linesOf(frames, 'results').at(-1)).toMatchObject({ k: 'a', s: '10', n: 4 });
    expect(await context.metrics.registry.metrics()).toContain('afluente_refused_frames_total{task="window.events.0",service="test"} 1');
  });

  test('is the same after every crash, also for an owner who has not seen the failure', async () => {
    await write(logOf('enriched'), input);
    const spec = specOf('window', 'enriched', 'results');
    let left = 2;
    const crash: RuntimeContext['crash'] = (point) => {
      if (point === 'task.after-append' && --left === 0) {
        left = 2;
        throw new Error('thrown out');
      }
    };
    const { task, kept } = run(spec, windowStep(window), { crash });
    await until(() => positionOf(task) === 5);
    await kept.stop();
    const before = await framesOf(spec.output);
    expect(linesOf(before, 'rejected').map(({ _seq }) => _seq)).toEqual([4, 5, 6]);
    expect(linesOf(before, 'results').at(-1)).toMatchObject({ s: '10', n: 4 });
    // The next owner rebuilds the state from the recorded steps, the refused one among them.
    await write(logOf('enriched'), [frameOf(8, ['5']), { sections: [], head: { watermarkMs: 30_000, idle: true } }]);
    const { task: next } = run(spec, windowStep(window));
    await until(() => positionOf(next) === 7);
    expect(linesOf(await framesOf(spec.output), 'results').at(-1)).toMatchObject({ s: '15', n: 5 });
  });

  test('goes the same way in two phases', async () => {
    await write(logOf('enriched'), input);
    const spec = specOf('reduce', 'enriched', 'delta');
    const { task } = run(spec, reduceStep(window));
    await until(() => positionOf(task) === 5);
    const frames = await framesOf(spec.output);
    expect(refusedIn(frames, 'rejected').map(({ seq }) => seq)).toEqual([4, 5, 6]);
    expect(rowsIn(frames, 'delta').reduce((sum, row) => sum + Number(row['_events']), 0)).toBe(4);
  });
});

describe('a step that throws half-way', () => {
  const atMs = Date.UTC(2026, 0, 1);
  const arrival = (seq: number, poison: boolean): Arrival => ({ payload: eventText(`e${seq}`, atMs, { more: poison ? 'poison' : 'm'.repeat(60) }), atMs, seq });
  const frames = Array.from({ length: 30 }, (_, f): Frame => ({ sections: rawFrame(f + 1, Array.from({ length: 10 }, (_, i) => arrival(f * 10 + i, f % 10 === 7 && i === 5))).sections, head: { clockMs: atMs } }));
  const real = validateStep({ contract: exampleContract, outOfOrdernessMs: 0, latenessMs: null, horizonMs: 1e9 });
  /** The state has the ids of the whole batch when it throws. */
  const fragile: typeof real = (request) => {
    const result = real(request);
    const isPoisoned = request.frames.some(({ sections }) => sections.some(({ data }) => Buffer.from(data).includes('poison')));
    if (isPoisoned) throw new TypeError('cannot read the poison');
    return result;
  };
  const poisoned = (seq: number): boolean => Math.floor(seq / 10) % 10 === 7;
  const all = Array.from({ length: 300 }, (_, seq) => seq);
  const spec = specOf('validate', 'raw', 'valid');

  test('costs the guilty frames and no other, and no event is taken for seen before', async () => {
    await write(logOf('raw'), frames);
    const { task, kept } = run(spec, fragile);
    await until(() => positionOf(task) === 30);
    const output = await framesOf(spec.output);
    expect(rowsIn(output, 'ok').map(({ _seq }) => _seq)).toEqual(all.filter((seq) => !poisoned(seq)));
    const refused = refusedIn(output, 'rejected');
    expect(refused.map(({ seq }) => seq)).toEqual(all.filter(poisoned));
    expect(refused[5]).toMatchObject({ reason: 'step_failed', message: 'validate: cannot read the poison', payload: eventText('e75', atMs, { more: 'poison' }) });
    expect(output.every(({ head }) => !head.duplicates)).toBe(true);
    // The first start, and at most once for a batch and three times for its frame, three times over.
    expect(kept.starts()).toBeLessThanOrEqual(13);
  });

  test('goes on in the same way where it was cut off between two frames of refused rows', async () => {
    await write(logOf('raw'), frames.slice(0, 9));
    let left = 4;
    const crash: RuntimeContext['crash'] = (point) => {
      if (point === 'task.after-append' && --left === 0) {
        left = 4;
        throw new Error('thrown out');
      }
    };
    const { task } = run(spec, fragile, { crash, config: { ...context.config, frameBytesMax: 700 } });
    await until(() => positionOf(task) === 9);
    const output = await framesOf(spec.output);
    expect(output.filter(({ head }) => head.refused !== undefined).length).toBeGreaterThan(3);
    expect(refusedIn(output, 'rejected').map(({ seq }) => seq)).toEqual(all.slice(0, 90).filter(poisoned));
    expect(rowsIn(output, 'ok').map(({ _seq }) => _seq)).toEqual(all.slice(0, 90).filter((seq) => !poisoned(seq)));
  });

  test('also without the rows halts its task: no event is to blame', async () => {
    await write(logOf('raw'), frames.slice(0, 2));
    const { kept } = run(spec, (() => {
      throw new Error('nothing works');
    }) as Step<undefined>);
    await until(() => kept.halted() !== undefined);
    expect(kept.halted()!.message).toMatch(/the step failed on frame afl_test_raw_events_0:1 \(Error\) even without its rows/);
    expect(await framesOf(spec.output)).toEqual([]);
  });

  test('halts merge, which has no events that could be refused', async () => {
    await write(logOf('delta'), [{ sections: [section('delta', 'arrow', Buffer.from('no table'), 1)] }]);
    const { kept } = run(specOf('merge', 'delta', 'results'), (() => {
      throw new Error('overflow');
    }) as Step<undefined>);
    await until(() => kept.halted() !== undefined);
    expect(kept.halted()!.message).toMatch(/sums, not events that could be refused$/);
  });
});
