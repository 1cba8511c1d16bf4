/** Processes of one service on a real server share its tasks: joining, leaving, dying, doubling a name, losing the server. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Kvm } from '@nats-io/kv';
import { bucketStream, leasesBucketOf } from '#frame/log-name';
import { connectNats, watchReconnects } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { Leases } from '#runtime/cluster/leases';
import { TaskHost } from '#runtime/cluster/task-host';
import { nothingWaits, type Runnable } from '#runtime/ground/task-status';
import { type NatsServer, type NatsVersion, startNats } from '../support/nats-server.js';
import { makeContext, pipelineOf, until } from './support/runtime.js';

const tasks = Array.from({ length: 7 }, (_, i) => `validate.events.${i}`);
const leaseTtlMs = 1_000;

/** A task that runs until it is ended. */
function endless(name: string): Runnable {
  return {
    name,
    run: (stop) =>
      new Promise<void>((resolve) => (stop.aborted ? resolve() : stop.addEventListener('abort', () => resolve()))),
    status: () => ({ task: name, inputs: [], watermarkMs: null, idle: false, waiting: 0 }),
    measure: () => ({ lag: nothingWaits, streams: [] }),
    onReconnect: () => undefined,
  };
}

/** While the line is cut, no lease is written: it seems that NATS does not answer. */
function cutLeases(nats: NatsClient, leases: string, line: { readonly isCut: boolean }): void {
  const open = nats.openBucket.bind(nats);
  nats.openBucket = async (name, options) => {
    const bucket = await open(name, options);
    const putIf = bucket.putIf.bind(bucket);
    if (name === leases)
      bucket.putIf = (...entry) => (line.isCut ? Promise.reject(new Error('timeout')) : putIf(...entry));
    return bucket;
  };
}

/** What a service process does with its leases. */
class Process {
  private constructor(
    private readonly nats: NatsClient,
    private readonly host: TaskHost,
    private readonly leases: Leases,
  ) {}

  static async start(
    url: string,
    pipeline: string,
    instance: string = randomUUID(),
    line = { isCut: false },
  ): Promise<Process> {
    const nats = await connectNats(url, instance);
    cutLeases(nats, leasesBucketOf(pipeline), line);
    const context = await makeContext(
      nats,
      { ...pipelineOf('subjects: [events]'), name: pipeline },
      { AFL_LEASE_TTL_MS: String(leaseTtlMs), AFL_INSTANCE: instance },
    );
    const host = new TaskHost(context, tasks.map(endless));
    const leases = await Leases.open(
      context,
      { service: 'validate', instance, memberId: randomUUID(), startedMs: Date.now() },
      tasks,
      host,
    );
    void watchReconnects(nats.nc, () => leases.onReconnect());
    await leases.join();
    return new Process(nats, host, leases);
  }

  get waits(): boolean {
    return this.leases.wait !== undefined;
  }

  get owned(): string[] {
    return [...this.host.running].sort();
  }

  /** As kill -9: no word to anybody. */
  async die(): Promise<void> {
    this.leases.close();
    await this.nats.nc.close();
    await this.host.stop();
  }

  async leave(): Promise<void> {
    await this.leases.leave();
    await this.nats.nc.close();
  }
}

describe.each<NatsVersion>(['2.9', '2.10', 'current'])('the processes of a service on nats-server %s', (version) => {
  let server: NatsServer;
  const alive = new Set<Process>();
  /** Each test has a pipeline of its own: a process that has just died is still counted for the time of a lease. */
  let pipeline = 0;
  beforeAll(async () => {
    server = await startNats({ version });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    alive.clear();
    pipeline++;
  });
  afterEach(async () => {
    for (const process of alive) await process.leave();
  });

  const start = async (instance?: string, line?: { isCut: boolean }): Promise<Process> => {
    const process = await Process.start(server.url, `p${pipeline}`, instance, line);
    alive.add(process);
    return process;
  };
  const gone = (process: Process): Process => {
    alive.delete(process);
    return process;
  };
  /** Every task runs in exactly one of `processes`, and each runs its share. @returns how long that took, ms */
  const shared = async (...processes: Process[]): Promise<number> => {
    const startedMs = performance.now();
    const share = Math.ceil(tasks.length / processes.length);
    await until(
      () =>
        processes
          .flatMap(({ owned }) => owned)
          .sort()
          .join() === tasks.join() && processes.every(({ owned }) => owned.length <= share),
    );
    return performance.now() - startedMs;
  };

  test('that could not take what others have taken since wait for it no longer', async () => {
    const line = { isCut: true };
    const first = await start();
    await shared(first);
    const cut = await start(undefined, line);
    await until(() => cut.waits);
    const others = [await start(), await start()];
    line.isCut = false;
    await shared(first, cut, ...others);
    await until(() => !cut.waits);
  });

  test('each have their share, whoever joins and leaves', async () => {
    const [a, b, c] = [await start(), await start(), await start()];
    await shared(a, b, c);
    await gone(b).leave();
    expect(await shared(a, c)).toBeLessThan(leaseTtlMs / 2);
    await gone(a).leave();
    expect(await shared(c)).toBeLessThan(leaseTtlMs / 2);
  });

  test('take over from one that died within little more than the lease', async () => {
    const [a, b] = [await start(), await start()];
    await shared(a, b);
    await gone(a).die();
    expect(b.owned.length).toBeLessThan(tasks.length);
    expect(await shared(b)).toBeLessThan(2 * leaseTtlMs);
  });

  test.each([
    ['purges the bucket', (nats: NatsClient, stream: string) => nats.jsm.streams.purge(stream)],
    [
      'deletes the entries',
      (nats: NatsClient, stream: string) =>
        new Kvm(nats.js).open(stream.slice(3)).then((kv) => Promise.all(tasks.map((task) => kv.delete(task)))),
    ],
    ['deletes the bucket', (nats: NatsClient, stream: string) => nats.jsm.streams.delete(stream)],
  ])('take over from the dead also when somebody %s', async (_, harm) => {
    const [a, b] = [await start(), await start()];
    await shared(a, b);
    const nats = await connectNats(server.url, 'somebody');
    await harm(nats, bucketStream(leasesBucketOf(`p${pipeline}`)));
    await nats.nc.close();
    await gone(a).die();
    await shared(b);
    await shared(b, await start());
  });

  test('leave all to the newest of one name, at once, and get it back when that one goes', async () => {
    const [old, newer] = [await start('twin'), await start('twin')];
    expect(await shared(newer)).toBeLessThan(leaseTtlMs / 2);
    expect(old.owned).toEqual([]);
    await gone(newer).die();
    await shared(old);
  });

  test('do not wait for one that has died when its successor of the same name has left', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await shared(a, b);
    await gone(a).die();
    const again = await start('a');
    await shared(again, b);
    await gone(again).leave();
    expect(await shared(b)).toBeLessThan(leaseTtlMs / 2);
  });

  test('keep what they have while the server is away', async () => {
    const [a, b] = [await start(), await start()];
    await shared(a, b);
    const before = [a.owned, b.owned];
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 2 * leaseTtlMs));
    expect([a.owned, b.owned]).toEqual(before);
    await server.restart();
    await new Promise((resolve) => setTimeout(resolve, 2 * leaseTtlMs));
    expect([a.owned, b.owned]).toEqual(before);
    await gone(a).die();
    await shared(b);
  }, 30_000);
});
