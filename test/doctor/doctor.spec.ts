/** `afluente doctor` on prepared faults, each of a pipeline that has run and was stopped: it names the fault, says what to do, and nothing else. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import { diagnose } from '../../apps/afluente/doctor/diagnose.js';
import { gatherFacts } from '../../apps/afluente/doctor/gather-facts.js';
import { endPrograms, runCli, startCli } from '../e2e/support/cli.js';
import { makePipelineKeys } from '../security/support/pipeline-keys.js';
import { faultsOfLake } from './support/faults-of-lake.js';
import { faultsOfNats } from './support/faults-of-nats.js';
import { faultsOfStreams } from './support/faults-of-streams.js';
import { askDoctor, natsIn, type PreparedFault, sentence } from './support/prepared-fault.js';
import { copyOf, makeOriginal, type Original, type Place, publishOrders, source } from './support/prepared-place.js';

const originalMsMax = 180_000;
const allFaults: readonly PreparedFault[] = [...faultsOfNats, ...faultsOfStreams, ...faultsOfLake];
/** No service runs in these tests. */
const stopped = 'service-absent';
const exitCodes = { error: 2, warning: 1 } as const;

let original: Original;
let place: Place | undefined;
beforeAll(async () => {
  original = await makeOriginal();
}, originalMsMax);
afterAll(() => original?.remove());
afterEach(async () => {
  await endPrograms();
  await place?.close();
  place = undefined;
});

async function streamsOf({ jsm }: ReturnType<typeof natsIn>): Promise<string[]> {
  const found: string[] = [];
  for await (const info of jsm.streams.list())
    found.push(
      JSON.stringify([
        info.config,
        info.created,
        info.state.last_seq,
        info.state.num_deleted,
        info.state.consumer_count,
      ]),
    );
  return found.sort();
}

test('of a pipeline that was stopped it says that no service runs, and nothing else', async () => {
  place = await copyOf(original);
  const { code, findings } = await askDoctor(place);
  expect(findings.map(({ id, subject }) => [id, subject])).toEqual(
    ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'].map((service) => [stopped, service]),
  );
  expect(code).toBe(2);
});

test('it changes nothing', async () => {
  place = await copyOf(original);
  const before = await streamsOf(natsIn(place));
  await askDoctor(place);
  expect(await streamsOf(natsIn(place))).toEqual(before);
});

test('it makes nothing where nothing is', async () => {
  place = await copyOf(original, { fresh: true });
  await askDoctor(place);
  expect(await streamsOf(natsIn(place))).toEqual([]);
});

test('it needs no more rights than the operator has', async () => {
  const keys = makePipelineKeys(topologyOf(PipelineSource.load(source).compiled), join(original.path, 'keys'));
  place = await copyOf(original, { fresh: true, closed: true, server: { version: 'current', config: keys.config } });
  const env = { AFL_NATS_NKEY: keys.seedFile('operator') };
  await runCli(['streams', '--pipeline', place.pipeline, '--nats', place.server.url], { env });
  const { findings } = await askDoctor(place, { env });
  expect(findings.filter(({ id }) => id !== stopped).map(sentence)).toEqual([]);
  expect(await place.server.logTail()).not.toMatch(/Violation/);
});

describe('the doctor names it when', () => {
  test.each(allFaults)('$name', async (fault) => {
    place = await copyOf(original, fault);
    await fault.breaks?.(place);
    const { findings, code } = await askDoctor(place, fault);
    const { severity = 'error' } = fault;
    const found = findings.filter(({ id }) => id !== stopped);
    expect(
      found.filter(({ id }) => id === fault.finds).map((finding) => `${finding.severity} ${sentence(finding)}`),
    ).toContainEqual(expect.stringMatching(new RegExp(`^${severity} [^]*${fault.says.source}`, fault.says.flags)));
    expect(
      [...new Set(found.map(({ id }) => id))].filter((id) => id !== fault.finds && !fault.also?.includes(id)),
    ).toEqual([]);
    expect(findings.every(({ remedy }) => remedy.length > 10)).toBe(true);
    if (findings.length === found.length && !fault.also) expect(code).toBe(exitCodes[severity]);
  });

  test('the clock of this machine is an hour off', async () => {
    place = await copyOf(original, { server: { version: 'current' } });
    const facts = await gatherFacts({
      pipeline: place.pipeline,
      nats: place.server.url,
      lake: `file:${place.lake}`,
      nowMs: () => Date.now() + 3_600_000,
    });
    const found = diagnose(facts).filter(({ id }) => id !== stopped);
    expect(found.map((finding) => `${finding.severity} ${finding.id} ${sentence(finding)}`)).toEqual([
      expect.stringMatching(
        /^error clock-differs .*the clock of this machine is 3600 s ahead of that of NATS\. Let both follow NTP/,
      ),
    ]);
  });

  test('events wait for long', async () => {
    place = await copyOf(original, { server: { version: '2.9' } });
    await publishOrders(natsIn(place), 'waiting', 10);
    // Servers of this version do not tell their time: an hour passes for the doctor.
    const facts = await gatherFacts({
      pipeline: place.pipeline,
      nats: place.server.url,
      lake: `file:${place.lake}`,
      nowMs: () => Date.now() + 3_600_000,
    });
    expect(
      diagnose(facts)
        .filter(({ id }) => id === 'events-wait')
        .map(sentence),
    ).toEqual([
      expect.stringMatching(/ingest\.orders: 10 messages wait for it, the oldest for 60 min\. It does not run/),
    ]);
  });
});

describe('for people', () => {
  test('each finding has its subject, what is wrong and what to do, and the last line counts', async () => {
    place = await copyOf(original);
    const { code, stdout, stderr } = await runCli(['doctor', '--pipeline', place.pipeline, '--nats', place.server.url]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toMatch(
      /^error: ingest: no process of it lives; it has 1 task \[service-absent\]\n {4}Start it, and look at the end of its log/,
    );
    expect(stdout).toMatch(/\nwarning: lake: no lake is named[\s\S]*\n5 errors, 1 warning, \d+ checks\n$/);
  });

  test('a wrong option is told, with exit code 2', async () => {
    expect(await runCli(['doctor', '--pipelines', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("unknown option '--pipelines'"),
    });
  });

  test('a server that accepts and says nothing does not hold it, and Ctrl-C ends it at once', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    try {
      place = await copyOf(original);
      const asked = performance.now();
      const { findings } = await askDoctor(place, { options: () => ({ nats: `nats://127.0.0.1:${port}` }) });
      expect(findings.map(({ id }) => id)).toEqual(['nats-unreachable']);
      expect(performance.now() - asked).toBeLessThan(15_000);
      const running = startCli(['doctor', '--pipeline', place.pipeline, '--nats', `nats://127.0.0.1:${port}`]);
      setTimeout(() => running.signal('SIGINT'), 1_500);
      const begun = performance.now();
      expect((await running.ended).code).toBeNull();
      expect(performance.now() - begun).toBeLessThan(4_000);
    } finally {
      await new Promise((resolve) => silent.close(resolve));
    }
  });
});
