/** What a task does beside its work is done later when NATS does not answer: its session, and the state in it, go on. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LogName, type LogStage, streamOf, subjectOf } from '#frame/log-name';
import type { ObjectBucket } from '#nats/buckets/object-bucket';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { anyStage } from '#stages/define/define-stage';
import { validate } from '#stages/kinds/validate';
import { validateStep } from '#stages/steps/validate-step';
import { eventText, exampleContract, rawFrame } from '#stages/topology/example-frames';
import { examplePipeline } from '#stages/topology/example-pipeline';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { testContext } from '../../../test/support/test-context.js';
import { stepCall } from '../steps/step-call.js';
import { LogTask } from './log-task.js';

const startMs = Date.UTC(2026, 0, 1);
const looksMax = 1_000;
let server: NatsServer;
let nats: Nats;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'silent-nats.spec');
});
afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

const logOf = (stage: LogStage): LogName => ({ pipeline: 'shop', stage, origin: 'orders', partition: 0 });

/** As the bucket is while servers elect its leader. `asked` counts the questions that nobody answered. */
function unanswered(objects: ObjectBucket): { objects: ObjectBucket; asked: Map<string, number> } {
  const asked = new Map([
    ['stands', 0],
    ['sweep', 0],
  ]);
  const silent = <Whole extends object>(whole: Whole): Whole =>
    new Proxy(whole, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const times = asked.get(String(name));
          if (times === undefined) {
            const result: unknown = Reflect.apply(value, target, args);
            return name === 'shelf' ? silent(result as object) : result;
          }
          asked.set(String(name), times + 1);
          return Promise.reject(Object.assign(new Error('timeout'), { name: 'TimeoutError' }));
        };
      },
    });
  return { objects: silent(objects), asked };
}

async function until(holds: () => boolean): Promise<void> {
  for (let looks = 0; !holds(); looks++) {
    if (looks > looksMax) throw new Error('it did not come true');
    await sleep(10);
  }
}

test('a bucket of snapshots that does not answer ends no session', async () => {
  const raw = logOf('raw');
  await ensureLog(nats, streamOf(raw), [subjectOf(raw)], { bytesMax: 50_000_000, replicas: 1 });
  const writer = new LogWriter(nats, streamOf(raw), subjectOf(raw), undefined, 0);
  let seq = 0;
  const write = async (): Promise<void> => {
    const arrivals = [{ payload: eventText(`e${seq}`, startMs + seq), atMs: startMs, seq: seq++ }];
    const range = { stream: 'front', created: 'c', hash: undefined, first: seq, last: seq };
    const head = { inputs: [range], watermarkMs: null, idle: false, clockMs: startMs, logic: 'v' };
    await writer.append(head, rawFrame(1, arrivals).sections).stored;
  };
  const context = await testContext(nats, examplePipeline(), {
    AFL_STEP_LINGER_MS: '0',
    AFL_SNAPSHOT_EVERY_MS: '30',
  });
  const { objects, asked } = unanswered(context.objects);
  const spec = {
    stage: anyStage(validate),
    name: 'validate.orders.0',
    origin: 'orders',
    inputs: [raw],
    output: logOf('valid'),
  };
  const times = { outOfOrdernessMs: 0, aheadMsMax: 60_000, latenessMs: 0, horizonMs: 1e9 };
  const step = validateStep({ contract: exampleContract, ...times });
  const task = new LogTask({ ...context, objects }, spec, true, stepCall(step));
  const stop = new AbortController();
  const running = task.run(stop.signal);
  let ended = false;
  void running.then(
    () => (ended = true),
    () => (ended = true),
  );
  while (!ended && [...asked.values()].some((times) => times < 1)) {
    await write();
    const wanted = seq;
    await until(() => ended || task.status().inputs[0]?.position === wanted);
    await sleep(35);
  }
  expect(ended).toBe(false);
  stop.abort('released');
  await running;
}, 60_000);
