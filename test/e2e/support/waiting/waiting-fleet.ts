/** Services that lack something, and all the places where it must show. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Service } from '#stages/topology/topology';
import { freePort } from '../../../support/free-port.js';
import type { NatsServer } from '../../../support/nats-server.js';
import { makeTempDir, type TempDir } from '../../../support/temp-dir.js';
import { findProgram, prometheusMsMax } from '../../../telemetry/support/promtool.js';
import { runCli } from '../cli.js';
import { Fleet } from '../fleet.js';
import { makeOrders, pastStartMs, toBytes } from '../orders.js';
import { publishAll, withNats } from '../publish.js';
import { expectToFire } from './waiting-alert.js';

const seenMsMax = 90_000;
const lookMs = 500;
/** Instead of a minute. */
const waitMsMax = 3_000;

interface Row {
  readonly task: string;
  readonly state: string;
  readonly waitsFor?: string;
  readonly since?: string;
  readonly reason?: string;
}

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + seenMsMax;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`not within ${seenMsMax} ms: ${what}`);
    await sleep(lookMs);
  }
}

const orders = (count: number) =>
  makeOrders(count, { startMs: pastStartMs(Date.now()) }).map((order) => ({
    subject: 'shop.orders',
    payload: toBytes(order),
  }));

/** Stops behind each test of the spec that calls it what the test has started. */
export function waitingFleet(): WaitingFleet {
  const one = new WaitingFleet();
  beforeAll(() => one.open(), prometheusMsMax);
  afterAll(() => one.close());
  afterEach(() => one.stop());
  return one;
}

export class WaitingFleet {
  /** Set by each test. */
  server!: NatsServer;
  /** Folder of what runs. */
  pipeline!: string;
  #work!: TempDir;
  #fleet: Fleet | undefined;
  #ports = new Map<Service, number>();

  async open(): Promise<void> {
    this.#work = makeTempDir('waiting');
    await findProgram('promtool');
  }

  close(): void {
    this.#work.remove();
  }

  async stop(): Promise<void> {
    await this.#fleet?.stop();
    this.#fleet = undefined;
    await this.server.stop();
  }

  get folder(): string {
    return this.#work.path;
  }

  get lakeFolder(): string {
    return join(this.folder, 'lake');
  }

  async start(services: readonly Service[], env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#ports = new Map(await Promise.all(services.map(async (service) => [service, await freePort()] as const)));
    const envOf = (service: Service) => ({ AFL_HTTP_PORT: String(this.#ports.get(service)) });
    rmSync(this.lakeFolder, { recursive: true, force: true });
    this.#fleet = await Fleet.start({
      pipeline: this.pipeline,
      nats: this.server.url,
      lake: `file:${this.lakeFolder}`,
      logs: this.folder,
      services,
      envOf,
      env: { AFL_WAIT_MS_MAX: String(waitMsMax), ...env },
    });
  }

  /** Whoever publishes before ingest has made the stream is told that nobody takes the subject. */
  publish(count: number): Promise<void> {
    return withNats(this.server.url, async (nats) => {
      const takers = (): Promise<string[]> => nats.jsm.streams.names('shop.orders').next();
      await until('ingest has made the front stream', async () => (await takers()).length > 0);
      await publishAll(nats, orders(count));
    });
  }

  async isReady(service: Service): Promise<boolean> {
    return (await this.#get(service, 'readyz')).status === 200;
  }

  /** What is seen of a wait from outside, except for the status. */
  async seesWait(service: Service, task: string, reason: string): Promise<void> {
    await until(`${service} is not ready, because ${task} waits for ${reason}`, async () => {
      const { status, text } = await this.#get(service, 'readyz');
      return status === 503 && text.includes(`${task} waiting for ${reason} since `);
    });
    // The process works: to restart it would help nobody.
    expect(await this.#get(service, 'healthz')).toMatchObject({ status: 200 });
    const { text } = await this.#get(service, 'metrics');
    const sample = text
      .split('\n')
      .find((line) => line.startsWith('afluente_waiting_seconds{') && line.includes(`task="${task}"`));
    expect(sample).toContain(`reason="${reason}"`);
    expect(text).toMatch(new RegExp(`^afluente_running\\{.*task="${task.replaceAll('.', '\\.')}".*\\} 0$`, 'm'));
    await expectToFire(sample!, this.folder);
  }

  async seesWaitInStatus(task: string, waitsFor: string, reason: RegExp): Promise<void> {
    await until(`the status of ${task}`, async () => (await this.#rowOf(task))?.waitsFor === waitsFor);
    expect(await this.#rowOf(task)).toMatchObject({
      state: 'waiting',
      waitsFor,
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      reason: expect.stringMatching(reason),
    });
    const { stdout } = await runCli(['status', '--pipeline', this.pipeline, '--nats', this.server.url]);
    expect(stdout).toMatch(new RegExp(`^${task.replaceAll('.', '\\.')} waits for ${waitsFor} since \\d{4}-`, 'm'));
  }

  async goesOn(service: Service, task: string): Promise<void> {
    await until(`${task} runs`, async () => (await this.#rowOf(task))?.state === 'running');
    await until(`${service} is ready`, () => this.isReady(service));
    expect((await this.#get(service, 'metrics')).text).not.toMatch(/^afluente_waiting_seconds\{/m);
  }

  async #rowOf(task: string): Promise<Row | undefined> {
    const { stdout } = await runCli(['status', '--pipeline', this.pipeline, '--nats', this.server.url, '--json']);
    return (JSON.parse(stdout) as Row[]).find((row) => row.task === task);
  }

  async #get(service: Service, path: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.#ports.get(service)}/${path}`);
    return { status: answer.status, text: await answer.text() };
  }
}
