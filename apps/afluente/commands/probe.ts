/** `afluente probe`: publishes one event and waits until a table of the lake holds it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readParquetColumns } from '#columns/files/read-parquet';
import { quoteName, runSql } from '#columns/polars/sql';
import { TableFollower } from '#lake/log/table-follower';
import type { Nats } from '#nats/ground/nats';
import { StreamSetupError } from '#nats/ground/stream-setup-error';
import { readLakeUrl } from '#runtime/settings/config';
import type { ObjectStore } from '#store/object-store';
import { openStore } from '#store/open-store';
import { connectCommand } from '../connect-command.js';
import { type ProbePlan, planProbe } from '../publish/probe-plan.js';
import { UsageError } from '../run-command.js';
import { s3FromEnvironment } from '../s3-environment.js';

export interface ProbeOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly subject: string;
  readonly table: string;
  /** JSON text, or `@` and a path. */
  readonly event: string;
  /** Seconds. */
  readonly timeout: number;
  readonly lake?: string;
}

const pollMs = 500;
const ackTimeoutMs = 5_000;
const uniqueDigits = 8;

/** @returns 0 when the event is there, 1 when time is up */
export async function probe(options: ProbeOptions): Promise<number> {
  const plan = planProbe({ ...options, event: textOf(options.event) }, Date.now(), randomUUID().slice(0, uniqueDigits));
  const lake = options.lake ?? readLakeUrl() ?? plan.lakeUrl;
  if (lake === undefined)
    throw new UsageError(
      'no lake is named. Name the one that the services write with --lake or AFL_LAKE_URL, or set lake.url in pipeline.yaml.',
    );
  const store = await openStore(lake, s3FromEnvironment());
  try {
    const table = await TableFollower.open(store, options.table);
    const startedMs = performance.now();
    process.stdout.write(`event ${plan.eventId}: ${await publish(options, plan)}\n`);
    const found = await waitFor(plan, table, store, startedMs + options.timeout * 1000);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    if (found)
      process.stdout.write(`event ${plan.eventId}: in table ${options.table} of ${store.url} after ${seconds} s\n`);
    else
      process.stderr.write(
        `event ${plan.eventId} was not in table ${options.table} of ${store.url} within ${options.timeout} s. \`afluente status\` says where events wait, and table quarantine_… why one was refused.\n`,
      );
    return found ? 0 : 1;
  } finally {
    await store.close();
  }
}

function textOf(event: string): string {
  if (!event.startsWith('@')) return event;
  try {
    return readFileSync(event.slice(1), 'utf8');
  } catch (cause) {
    throw new UsageError(`--event names a file that cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** @returns where NATS stored the event */
async function publish(
  { nats: url, subject }: ProbeOptions,
  { payload, msgId, pipelineName }: ProbePlan,
): Promise<string> {
  const nats = await connectCommand(url, 'probe', pipelineName);
  try {
    const { stream, seq } = await stored(nats, subject, payload, msgId);
    return `stored as message ${seq} of stream ${stream}`;
  } finally {
    await nats.nc.close();
  }
}

async function stored(
  { js }: Pick<Nats, 'js'>,
  subject: string,
  payload: string,
  msgId: string,
): Promise<{ stream: string; seq: number }> {
  try {
    return await js.publish(subject, payload, { msgID: msgId, timeout: ackTimeoutMs });
  } catch (cause) {
    throw new StreamSetupError(
      `NATS did not store the event published to ${subject}: ${(cause as Error).message}. Start ingest or run \`afluente streams\`, which make its stream; and check that this user may publish there.`,
      { cause },
    );
  }
}

async function waitFor(plan: ProbePlan, table: TableFollower, store: ObjectStore, untilMs: number): Promise<boolean> {
  for (;;) {
    for (const key of await table.next()) if (holds(await store.get(key), plan)) return true;
    if (performance.now() >= untilMs) return false;
    await sleep(Math.min(pollMs, Math.max(0, untilMs - performance.now())));
  }
}

function holds(file: Uint8Array | undefined, { column, value }: ProbePlan): boolean {
  if (!file) return false;
  const rows = readParquetColumns(file, [column]);
  const text = `'${value.replaceAll("'", "''")}'`;
  return (
    runSql(`SELECT ${quoteName(column)} FROM rows WHERE CAST(${quoteName(column)} AS VARCHAR) = ${text}`, { rows })
      .height > 0
  );
}
