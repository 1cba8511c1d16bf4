/** `afluente doctor` beside services that run: nothing is said of a healthy pipeline, and what goes wrong with them is named. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { keySubject, tasksBucketOf } from '#frame/log-name';
import type { Finding } from '../../apps/afluente/doctor/finding.js';
import { endPrograms } from '../e2e/support/cli.js';
import { allServices, Fleet } from '../e2e/support/fleet.js';
import { publishAll } from '../e2e/support/publish.js';
import { Watch } from '../e2e/support/watch.js';
import { permitted } from './support/faults-of-nats.js';
import { askDoctor, deleteStream, edit, natsIn, sentence } from './support/prepared-fault.js';
import {
  copyOf,
  makeOriginal,
  type Original,
  type Place,
  type PlaceOptions,
  publishOrders,
} from './support/prepared-place.js';

const runMsMax = 180_000;
const idleMsMax = 60_000;
/** Leases come and go, and a task halts when it was told so twice. */
const settleMsMax = 40_000;

let original: Original;
let place: Place;
let fleets: Fleet[] = [];
beforeAll(async () => {
  original = await makeOriginal();
}, runMsMax);
afterAll(() => original?.remove());
afterEach(async () => {
  for (const fleet of fleets) await fleet.stop();
  fleets = [];
  await endPrograms();
  await place.close();
});

async function start(
  services = allServices,
  pipeline = place.pipeline,
  env: Readonly<Record<string, string>> = {},
): Promise<Fleet> {
  const fleet = await Fleet.start({
    pipeline,
    nats: place.server.url,
    lake: `file:${place.lake}`,
    logs: join(place.path, 'logs'),
    services,
    env,
  });
  fleets.push(fleet);
  return fleet;
}

async function idle(): Promise<void> {
  const watch = await Watch.open(place.server.url, place.pipeline);
  await watch.idle(idleMsMax);
  await watch.close();
}

/** Asks until the doctor says what is expected, for what was broken takes a moment to be noticed. */
async function doctorSays(expected: readonly RegExp[]): Promise<readonly Finding[]> {
  const untilMs = performance.now() + settleMsMax;
  for (;;) {
    const { findings } = await askDoctor(place);
    const said = findings.map((finding) => `${finding.severity} ${finding.id} ${sentence(finding)}`);
    if (expected.length === 0 ? said.length === 0 : expected.every((words) => said.some((one) => words.test(one))))
      return findings;
    if (performance.now() > untilMs) throw new Error(`the doctor says:\n${said.join('\n')}`);
    await sleep(500);
  }
}

async function prepare(options: PlaceOptions = {}): Promise<void> {
  place = await copyOf(original, options);
}

describe('the doctor, beside services that run', () => {
  test(
    'has nothing to say of a healthy pipeline, with events on their way and after them',
    async () => {
      await prepare();
      await start();
      await doctorSays([]);
      await publishOrders(natsIn(place), 'healthy');
      await idle();
      const { code, findings } = await askDoctor(place);
      expect({ code, findings }).toEqual({ code: 0, findings: [] });
    },
    runMsMax,
  );

  test(
    'has nothing to say while events come and tables are committed, however often it looks',
    async () => {
      await prepare();
      await start();
      await doctorSays([]);
      let run = 0;
      const producer = setInterval(() => void publishOrders(natsIn(place), `steady-${run++}`, 100), 100);
      try {
        for (let looks = 0; looks < 8; looks++) expect((await askDoctor(place)).findings).toEqual([]);
      } finally {
        clearInterval(producer);
      }
    },
    runMsMax,
  );

  test(
    'names the service of which no process lives',
    async () => {
      await prepare();
      const fleet = await start();
      await doctorSays([]);
      await fleet.retire('validate');
      const findings = await doctorSays([/^error service-absent validate: no process of it lives; it has 3 tasks/]);
      expect(findings.map(({ subject }) => subject)).toEqual(['validate']);
    },
    runMsMax,
  );

  test(
    'names the tasks that have halted, and why',
    async () => {
      await prepare();
      await start();
      await doctorSays([]);
      await deleteStream(place, 'afl_orders_valid_orders_1');
      await publishOrders(natsIn(place), 'halts');
      await doctorSays([
        /^error task-halted (validate|enrich)\.orders\.1: halted: .*Correct what it says, then restart (validate|enrich): docs\/runbooks\/task-halted\.md/,
      ]);
    },
    runMsMax,
  );

  test(
    'names tasks that start again and again, and why',
    async () => {
      await prepare();
      await start();
      await doctorSays([]);
      rmSync(place.lake, { recursive: true });
      writeFileSync(place.lake, '');
      await publishOrders(natsIn(place), 'no lake');
      await doctorSays([
        /^warning task-not-running lake\.\w+: is (recovering|waiting) since \S+: Cannot (write|read) /,
        /^error lake-unreachable /,
      ]);
    },
    runMsMax,
  );

  test(
    'names tasks that nobody runs, because the services have another folder',
    async () => {
      await prepare();
      const older = join(place.path, 'older', 'orders');
      cpSync(place.pipeline, older, { recursive: true });
      await start(allServices, older);
      edit(
        place,
        '  by_customer:',
        '  by_city:\n    from: orders\n    tumbling: 10s\n    lateness: 10m\n    key: [city]\n    measures: { orders: count() }\n  by_customer:',
      );
      await doctorSays([
        /^error task-unowned reduce\.by_city\.0: nobody runs it, although a process of aggregate lives\. .*another pipeline folder/,
        /^error stream-missing afl_orders_results_by_city_0/,
      ]);
    },
    runMsMax,
  );

  test(
    'names a task whose status is of a process that is gone, because nobody may write a new one',
    async () => {
      await prepare({
        server: { config: permitted({ deny: [keySubject(tasksBucketOf('orders'), 'enrich.orders.0')] }) },
      });
      await start();
      await doctorSays([
        /^warning status-stale enrich\.orders\.0: its status is of \S+-enrich, but enrich has the task\. .*may not write to the tasks bucket/,
      ]);
    },
    runMsMax,
  );

  test(
    'names services that run another version of the folder',
    async () => {
      await prepare();
      await start();
      await publishOrders(natsIn(place), 'other');
      await idle();
      edit(place, 'horizon: 1h', 'horizon: 2h');
      const findings = await doctorSays([
        /^warning other-version enrich: runs version [0-9a-f]{16} of the pipeline; this folder is [0-9a-f]{16}/,
      ]);
      expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(['other-version']));
      expect((await askDoctor(place)).code).toBe(1);
    },
    runMsMax,
  );

  test(
    'names a service whose processes run different versions',
    async () => {
      await prepare();
      const newer = join(place.path, 'newer', 'orders');
      cpSync(place.pipeline, newer, { recursive: true });
      edit({ ...place, pipeline: newer }, 'horizon: 1h', 'horizon: 2h');
      await start();
      await start(['enrich'], newer, { AFL_INSTANCE: 'enrich-newer' });
      await publishOrders(natsIn(place), 'mixed');
      await idle();
      await doctorSays([
        /^warning mixed-versions enrich: its processes run versions [0-9a-f]{16} and [0-9a-f]{16} of the pipeline\. Finish the roll-out/,
      ]);
    },
    runMsMax,
  );

  test(
    'names a source most of whose events are refused',
    async () => {
      await prepare();
      await start();
      let run = 0;
      const refused = (): string =>
        Array.from({ length: 90 }, (_, i) => `{"order_id":"bad-${run++}","customer":"c ${i}"}`).join('\n');
      const producer = setInterval(
        () => void publishAll(natsIn(place), [{ subject: 'shop.orders', payload: refused() }]),
        200,
      );
      try {
        await doctorSays([
          /^warning many-refused source orders: \d+ of the newest \d+ events were refused or late\. See why.*quarantine_orders/,
        ]);
      } finally {
        clearInterval(producer);
      }
    },
    runMsMax,
  );
});
