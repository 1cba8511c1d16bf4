/** Logs are lines of JSON that follow each service and task through its life, and hold nothing of events, however these fail. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { headers as newHeaders } from '@nats-io/transport-node';
import { allServices, Fleet } from '../e2e/support/fleet.js';
import { withLake } from '../e2e/support/lake.js';
import { makeOrders } from '../e2e/support/orders.js';
import { copyPipeline, quick } from '../e2e/support/pipeline-copy.js';
import { Watch } from '../e2e/support/watch.js';
import { until } from '../integration/support/runtime.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { OtlpReceiver } from './support/otlp-receiver.js';

const testMsMax = 180_000;
const idleMsMax = 60_000;
/** Somebody's data, in every field that takes a text; a path or address may hold it encoded. */
const person = { name: 'Maria Conceição', cpf: '529.982.247-25', mail: 'maria.conceicao@example.com' };
const secrets = ['Maria', 'Concei', '529.982', '982.247', 'maria.conceicao', 'Recife-secreta'];
const nines = '9'.repeat(38);

let work: TempDir;
let server: NatsServer;
let watch: Watch;
let collector: OtlpReceiver;
let fleet: Fleet;
let pipeline: string;
let lake: string;

beforeAll(async () => {
  work = makeTempDir('logs');
  // Two such orders do not fit into a sum of their window; the SQL fails where a note asks for it; names become folders of the lake.
  pipeline = copyPipeline('test/pipelines/orders', work.path, {
    'pipeline.yaml': (text) =>
      quick['pipeline.yaml']!(text)
        .replace(
          'AS total\n',
          `AS total,\n             CAST(CASE WHEN e.note = 'overflow' THEN '${nines}' ELSE '1' END AS DECIMAL(38,0)) AS weightiness,\n             CAST(CASE WHEN e.note = 'cast' THEN e.customer ELSE '1' END AS INTEGER) AS one\n`,
        )
        .replace('pieces: sum(pieces),', 'pieces: sum(pieces), weightiness: sum(weightiness),')
        .replace('partitionBy: [state]', 'partitionBy: [customer]'),
  });
  [server, collector] = await Promise.all([startNats(), OtlpReceiver.start()]);
  lake = join(work.path, 'lake');
  watch = await Watch.open(server.url, pipeline);
  fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake: `file:${lake}`,
    logs: join(work.path, 'logs'),
    env: { AFL_LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, AFL_TRACE_SAMPLE: '0' },
  });
}, testMsMax);
afterAll(async () => {
  await fleet.stop();
  await watch.close();
  await Promise.all([server.stop(), collector.stop()]);
  work.remove();
}, testMsMax);

interface Line {
  readonly level: string;
  readonly time: string;
  readonly service: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const textOf = (): string => allServices.map((service) => fleet.log(service)).join('');
/** Polars writes a few words of its own to standard error before it throws on an overflow. */
const isOurs = (line: string): boolean => line !== '' && !/^(thread '|called `|stack backtrace:|note: )/.test(line);
const linesOf = (): Line[] =>
  textOf()
    .split('\n')
    .filter(isOurs)
    .map((line) => JSON.parse(line) as Line);
const said = (msg: RegExp): Line[] => linesOf().filter((line) => msg.test(line.msg));

async function publish(payload: object | string, traceId?: string): Promise<void> {
  const headers = newHeaders();
  headers.set('Nats-Msg-Id', `${person.cpf}-${randomBytes(8).toString('hex')}`);
  if (traceId !== undefined) headers.set('traceparent', `00-${traceId}-${randomBytes(8).toString('hex')}-01`);
  await watch.nats.js.publish(
    `shop.orders.${person.cpf.replaceAll('.', '_')}`,
    typeof payload === 'string' ? payload : JSON.stringify(payload),
    { headers },
  );
}

let last = 0;
const order = (more: object = {}): object => ({
  ...makeOrders(1, { startMs: Date.now() })[0]!,
  order_id: `${person.cpf}-${last++}`,
  customer: person.name,
  note: person.mail,
  city: 'Recife',
  ...more,
});

describe('personal data', () => {
  test(
    'in refused events, in the SQL, in a window, in reference tables and in the store: none of it is in a log',
    async () => {
      for (const payload of [
        `{"customer": ${person.name}`,
        `"${person.mail}"`,
        order({ pieces: person.name }),
        order({ placed_at: person.cpf }),
        order({ price: person.mail }),
        order({ [person.name]: 1 }),
        order({ gift: person.mail }),
      ])
        await publish(payload);
      await publish(order({ note: 'cast' }));
      await watch.idle(idleMsMax);
      const traceId = randomBytes(16).toString('hex');
      await publish([order({ note: 'overflow' }), order({ note: 'overflow' })], traceId);
      await watch.idle(idleMsMax);

      writeFileSync(
        join(pipeline, 'reference/cities.csv'),
        'city,state,vat\nRecife-secreta,PE,0.1\nRecife-secreta,PE,0.2\n',
      );
      await until(() => said(/reference table not refreshed/).length > 0, idleMsMax);

      // The store loses its disk: commits fail on paths with names in them, until it is back.
      renameSync(lake, `${lake}.away`);
      writeFileSync(lake, '');
      await publish(order());
      await until(() => said(/starts again/).some(({ task }) => task === 'lake.silver_orders'), idleMsMax);
      rmSync(lake);
      renameSync(`${lake}.away`, lake);
      await watch.idle(idleMsMax);

      // Somebody else writes to a log: its reader halts.
      await watch.nats.js.publish('afl.orders.valid.orders.0', JSON.stringify(order()));
      await until(() => said(/task halted/).length > 0, idleMsMax);

      const quarantined = await withLake(`file:${lake}`, (ask) =>
        ask('SELECT DISTINCT reason FROM quarantine_orders ORDER BY reason'),
      );
      expect(quarantined.map(({ reason }) => reason)).toEqual(
        expect.arrayContaining([
          'malformed_json',
          'not_an_object',
          'step_failed',
          'unexpected_field',
          'wrong_format',
          'wrong_type',
        ]),
      );
      for (const secret of [...secrets, nines]) expect(textOf()).not.toContain(secret);
      for (const secret of secrets) expect(collector.bodies.join()).not.toContain(secret);
    },
    testMsMax,
  );
});

describe('a log', () => {
  test('is JSON, line by line, with level, time and service', () => {
    for (const line of linesOf()) {
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(debug|info|warn|error)$/),
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        service: expect.any(String),
        instance: expect.any(String),
        msg: expect.any(String),
      });
    }
  });

  test('names the commit of a traced event by its span', () => {
    const spans = new Set(collector.spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
    const traced = said(/^committed$/).filter((line) => line['trace_id'] !== undefined);
    expect(traced.length).toBeGreaterThan(0);
    expect(traced.filter((line) => !spans.has(`${String(line['trace_id'])} ${String(line['span_id'])}`))).toEqual([]);
  });

  test(
    'follows each service from start to end, in order',
    async () => {
      await fleet.stop();
      for (const service of allServices) {
        const own = linesOf()
          .filter((line) => line.service === service)
          .map(({ msg }) => msg);
        const steps = [/^starting$/, /^task runs here$/, /^stopping/, /^stopped$/].map((step) =>
          own.findIndex((msg) => step.test(msg)),
        );
        expect({ service, steps: [...steps].sort((a, b) => a - b), missing: steps.filter((at) => at < 0) }).toEqual({
          service,
          steps,
          missing: [],
        });
      }
    },
    testMsMax,
  );

  test(
    'of a service that cannot start says why, in one line',
    async () => {
      const folder = copyPipeline('test/pipelines/orders', join(work.path, 'broken'), {
        'reference/cities.csv': () => `city,state,vat\n${person.name},PE,1\n${person.name},PE,2\n`,
      });
      const { code, stdout, stderr } = await run({ AFL_PIPELINE: folder });
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        level: 'fatal',
        service: 'validate',
        msg: 'not started',
        reason: expect.stringContaining('one value in rows 1 and 2'),
      });
      expect(stdout).not.toContain('Maria');
      expect(JSON.parse((await run({ AFL_PIPELINE: pipeline, AFL_LOG_LEVEL: 'loud' })).stdout)).toMatchObject({
        level: 'fatal',
        reason: expect.stringContaining('AFL_LOG_LEVEL is "loud"'),
      });
    },
    testMsMax,
  );
});

/** The program of validate, without a parent that listens to it. */
function run(env: Readonly<Record<string, string>>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(projectRoot, 'dist/apps/validate/main.js')],
      { env: { ...process.env, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
