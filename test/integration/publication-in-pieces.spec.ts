/** A window of more rows than come out at once: wherever its publication is cut, each row comes out once for each revision, and time moves behind the last one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StepRequest } from '#frame/step';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import type { LogFrame } from '#nats/messages/log-reader';
import { factsOf, streamInfo } from '#nats/streams/stream-info';
import type { RuntimeContext } from '#runtime/cluster/context';
import { TaskHost } from '#runtime/cluster/task-host';
import type { EndReason } from '#runtime/ground/task-status';
import { LogTask } from '#runtime/log-task/log-task';
import type { StepCall } from '#runtime/steps/step-call';
import { readersOf } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { openReader } from './support/frames.js';
import { check, inPieces, keys, linesOf, pipeline, results, rowsAtOnce, spec, writeInput } from './support/pieces.js';
import { type KeptRunning, keepRunning, makeContext, thrownOutEvery, until } from './support/runtime.js';

let server: NatsServer;

let context: RuntimeContext;

const contexts: RuntimeContext[] = [];

const running: KeptRunning[] = [];

beforeEach(async () => {
  server = await startNats();
});

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  for (const { board, nats } of contexts.splice(0)) {
    board.close();
    await (nats as NatsClient).nc.close();
  }
  await server.stop();
});

/** A process: a connection and a context of its own. Frames are taken one by one, and a piece takes several. */
async function open(
  env: Readonly<Record<string, string>> = {},
  crash: RuntimeContext['crash'] = () => undefined,
): Promise<RuntimeContext> {
  const nats = await connectNats(server.url, 'pieces.spec');
  const opened = await makeContext(
    nats,
    pipeline,
    { AFL_FRAME_BYTES_MAX: '1000', AFL_BATCH_BYTES_MAX: '1', AFL_SNAPSHOT_EVERY_MS: '30', ...env },
    { crash },
  );
  contexts.push(opened);
  return opened;
}

const lastSeq = async (): Promise<number> => (await streamInfo(context.nats, results))?.state.last_seq ?? 0;

const isDone = (frames: readonly LogFrame[]): boolean => frames.some(({ head }) => head.idle);

/** Reads the results from the beginning until they say that all is out. @param onFrame after each one */
async function readResults(onFrame: (frame: LogFrame) => Promise<void> = async () => undefined): Promise<LogFrame[]> {
  await until(async () => (await lastSeq()) > 0, 30_000);
  const { reader, take } = await openReader(context.nats, results);
  const frames: LogFrame[] = [];
  try {
    while (!isDone(frames)) {
      const [frame] = await take(1);
      frames.push(frame!);
      await onFrame(frame!);
    }
  } finally {
    reader.close();
  }
  return frames;
}

function own(by: RuntimeContext, step: StepCall): KeptRunning {
  const kept = keepRunning(new LogTask(by, spec, true, step), by);
  running.push(kept);
  return kept;
}

describe('a publication in pieces', () => {
  test.each([
    [1, '30'],
    [2, '30'],
    [3, '30'],
    [1, '1000000'],
    [4, '1000000'],
  ])(
    'goes on where it was when the task is thrown out at every frame %i, with snapshots every %s ms',
    async (times, everyMs) => {
      context = await open({ AFL_SNAPSHOT_EVERY_MS: everyMs }, thrownOutEvery(times));
      await writeInput(context.nats);
      const kept = own(context, inPieces());
      const frames = await readResults();
      check(frames);
      expect(kept.starts()).toBeGreaterThan(8);
      expect(frames.filter(({ head }) => head.more).length).toBeGreaterThan(keys / rowsAtOnce);
      expect(frames.some(({ head: { row } }) => row && row.done < row.all)).toBe(true);
    },
  );

  test('is handed over in the middle: the next owner begins with the rest, and reads nothing again', async () => {
    context = await open({ AFL_SNAPSHOT_EVERY_MS: '1000000' });
    await writeInput(context.nats);
    const leaves = new AbortController();
    const rest = (request: StepRequest<never>): boolean => request.frames.length === 0;
    let rests = 0;
    await new LogTask(
      context,
      spec,
      true,
      inPieces((request) => {
        if (rest(request) && ++rests === 4) leaves.abort('released' satisfies EndReason);
      }),
    ).run(leaves.signal);
    expect(leaves.signal.aborted).toBe(true);
    const handedOver = await lastSeq();
    const next: StepRequest<never>[] = [];
    own(
      await open({ AFL_SNAPSHOT_EVERY_MS: '1000000' }),
      inPieces((request) => next.push(request)),
    );
    const frames = await readResults();
    check(frames);
    const { head } = frames[handedOver - 1]!;
    expect(head).toMatchObject({
      sections: [],
      more: true,
      watermarkMs: 500,
      idle: false,
      state: { object: expect.any(String) },
    });
    expect([rest(next[0]!), next[0]!.saved === undefined]).toEqual([true, false]);
    expect(next.flatMap(({ frames: [frame] }) => (frame ? [frame.seq] : []))).toEqual([3, 4]);
  });

  test('survives a step that fails in the middle of it: nothing is refused, for what it fails on is no frame', async () => {
    context = await open();
    await writeInput(context.nats);
    const failures: number[] = [];
    const kept = own(
      context,
      inPieces(({ frames }, call) => {
        if (frames.length > 0 || call % 4 !== 0 || failures.length === 9) return;
        failures.push(call);
        throw new TypeError('in the middle');
      }),
    );
    const frames = await readResults();
    check(frames);
    expect(failures).toHaveLength(9);
    expect([kept.starts(), kept.halted()]).toEqual([10, undefined]);
    expect(frames.filter(({ head: { refused } }) => refused)).toEqual([]);
  });

  test('halts with its reason when the step goes on failing in the middle of it, and says no time', async () => {
    context = await open();
    await writeInput(context.nats);
    let rests = 0;
    const step = inPieces(({ frames }) => {
      if (frames.length === 0 && ++rests > 3) throw new TypeError('in the middle');
    });
    const host = new TaskHost(context, [new LogTask(context, spec, true, step)]);
    host.run(spec.name);
    try {
      await until(() => host.statuses()[0]?.state === 'halted', 40_000);
      expect(host.statuses()[0]).toMatchObject({
        reason: 'it has failed 8 times on the same input: the step failed on what it holds (TypeError)',
        watermarkMs: 500,
        idle: false,
      });
    } finally {
      await host.stop();
    }
  });

  test('waits while the log of results is full, under one owner after the other', async () => {
    const env = { AFL_LOG_BYTES_MAX: '16000' };
    context = await open(env);
    await writeInput(context.nats);
    own(context, inPieces());
    const stuckAt: number[] = [];
    const stuck = async (): Promise<void> => {
      await until(async () => (await lastSeq()) > (stuckAt.at(-1) ?? 3));
      for (let before = -1; before !== (await lastSeq()); await sleep(700)) before = await lastSeq();
      stuckAt.push(await lastSeq());
    };
    await stuck();
    // One is killed, as it were, while it waits; the next one hands over.
    await running.pop()!.stop();
    own(await open(env), inPieces());
    await sleep(500);
    expect(await lastSeq()).toBeLessThanOrEqual(stuckAt[0]! + 1);
    const { created } = factsOf((await streamInfo(context.nats, results))!);
    const frames = await readResults(async ({ seq }) => {
      const inputs = [{ stream: results, created, position: seq, safe: seq }];
      for (const task of readersOf(context.topology, spec.output))
        await context.board.post({
          task,
          owner: 'r',
          state: 'running',
          inputs,
          watermarkMs: null,
          idle: false,
          waiting: 0,
          updatedMs: 0,
        });
    });
    check(frames);
    expect(running[0]!.halted()).toBeUndefined();
    expect(linesOf(frames.slice(0, stuckAt[0])).length).toBeLessThan(keys);
  }, 120_000);
});
