/** A log task that is thrown out of its turns again and again, over a real server: each event stands once in what it writes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LogName, type LogStage, streamOf, subjectOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { anyStage } from '#stages/define/define-stage';
import { enrich } from '#stages/kinds/enrich';
import { validate } from '#stages/kinds/validate';
import { enrichStep } from '#stages/steps/enrich-step';
import { validateStep } from '#stages/steps/validate-step';
import { eventText, exampleContract, rawFrame, refusedIn, rowsIn } from '#stages/topology/example-frames';
import { examplePipeline } from '#stages/topology/example-pipeline';
import type { LogTaskSpec } from '#stages/topology/topology';
import { framesOf } from '../../../test/integration/support/frames.js';
import { runThrough } from '../../../test/integration/support/run-through.js';
import { thrownOutEvery } from '../../../test/integration/support/runtime.js';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { testContext } from '../../../test/support/test-context.js';
import type { RuntimeContext } from '../cluster/context.js';

const startMs = Date.UTC(2026, 0, 1);

const settings = { bytesMax: 50_000_000, replicas: 1 };

let server: NatsServer;

let nats: Nats;

let base: RuntimeContext;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'log-task.spec');
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

/** A raw log: every tenth event is malformed, every seventh a duplicate. */
async function writeRaw(events: number, perFrame: number): Promise<void> {
  const log = logOf('raw');
  await ensureLog(nats, streamOf(log), [subjectOf(log)], settings);
  const writer = new LogWriter(nats, streamOf(log), subjectOf(log), undefined, 0);
  for (let seq = 0; seq < events; ) {
    const arrivals = Array.from({ length: perFrame }, () => {
      const payload =
        seq % 10 === 9
          ? 'bad'
          : eventText(`e${seq % 7 === 6 ? seq - 1 : seq}`, startMs + seq * 50, { more: 'm'.repeat(200) });
      return { payload, atMs: startMs + seq * 50, seq: seq++ };
    });
    const { sections } = rawFrame(1, arrivals);
    await writer.append(
      {
        inputs: [{ stream: 'front', created: 'c', hash: undefined, first: 1, last: 1 }],
        watermarkMs: null,
        idle: false,
        clockMs: startMs,
        logic: 'v',
      },
      sections,
    ).stored;
  }
}

describe('a task that is thrown out again and again', () => {
  const validating: LogTaskSpec = {
    stage: anyStage(validate),
    name: 'validate.orders.0',
    origin: 'orders',
    inputs: [logOf('raw')],
    output: logOf('valid'),
  };
  const enriching: LogTaskSpec = {
    stage: anyStage(enrich),
    name: 'enrich.orders.0',
    origin: 'orders',
    inputs: [logOf('valid')],
    output: logOf('enriched'),
  };
  const events = 1_200;
  const all = Array.from({ length: events }, (_, seq) => seq);
  const malformed = all.filter((seq) => seq % 10 === 9);
  const duplicates = all.filter((seq) => seq % 7 === 6 && seq % 10 !== 9 && (seq - 1) % 10 !== 9);
  const accepted = all.filter((seq) => !malformed.includes(seq) && !duplicates.includes(seq));

  test('validates every event once, and says of each step once how far time and duplicates have come', async () => {
    await writeRaw(events, 40);
    const step = validateStep({
      contract: exampleContract,
      outOfOrdernessMs: 0,
      aheadMsMax: 60_000,
      latenessMs: 0,
      horizonMs: 1e9,
    });
    expect(await runThrough(base, validating, true, step, thrownOutEvery(3))).toBeGreaterThan(5);
    const frames = await framesOf(nats, validating.output);
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
    expect(
      await runThrough(
        base,
        enriching,
        false,
        enrichStep('SELECT *, CONCAT(id, more) AS longer FROM events', () => ({ tables: {}, versions: '' })),
        thrownOutEvery(2),
      ),
    ).toBeGreaterThan(5);
    const frames = await framesOf(nats, enriching.output);
    expect(rowsIn(frames, 'ok').map(({ _seq }) => _seq)).toEqual(accepted);
    expect(refusedIn(frames, 'rejected').map(({ seq }) => seq)).toEqual(malformed);
  });
});
