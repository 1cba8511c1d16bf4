/**
 * The ordinary way to do this in Node, one stage of it: consume one message at a time with explicit ack, work, publish with `msgID`,
 * wait for the PubAck, ack. `validate` parses and checks the contract; `enrich` looks up the references and computes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AckPolicy, type JsMsg } from '@nats-io/jetstream';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';

export interface OrdinaryJob {
  readonly url: string;
  readonly stage: 'validate' | 'enrich';
  readonly pipeline: string;
  /** By subject prefix: the contract's path. */
  readonly contracts: Readonly<Record<string, string>>;
  readonly from: string;
  readonly to: string;
  readonly messages: number;
}

type Work = (message: JsMsg) => string | undefined;

process.once('message', (job: OrdinaryJob) => void run(job));

async function run(job: OrdinaryJob): Promise<void> {
  const nats = await connectNats(job.url, `ordinary-${job.stage}`);
  const work = job.stage === 'validate' ? validator(job) : enricher(job);
  await nats.jsm.consumers.add(job.from, {
    durable_name: job.stage,
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: 10_000,
  });
  process.send!({ ready: true });
  await consume(nats, job, work);
  process.send!({ done: true });
  process.once('message', () => void nats.nc.close().then(() => process.exit(0)));
}

async function consume(nats: NatsClient, job: OrdinaryJob, work: Work): Promise<void> {
  const consumer = await nats.js.consumers.get(job.from, job.stage);
  let handled = 0;
  for await (const message of await consumer.consume({ max_messages: 1_000 })) {
    const output = work(message);
    const subject = `${job.to}.${output === undefined ? 'rejected' : 'ok'}.${message.subject}`;
    await nats.js.publish(subject, output ?? message.data, { msgID: `${job.stage}-${message.seq}` });
    message.ack();
    if (++handled === job.messages) break;
  }
}

function validator({ pipeline, contracts }: OrdinaryJob): Work {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/);
  const checks = Object.entries(contracts).map(
    ([prefix, path]) =>
      [prefix, ajv.compile(JSON.parse(readFileSync(join(pipeline, path), 'utf8')) as object)] as const,
  );
  return (message) => {
    try {
      const event: unknown = message.json();
      const check = checks.find(([prefix]) => message.subject.startsWith(prefix))?.[1];
      return check?.(event) ? JSON.stringify(event) : undefined;
    } catch {
      return undefined;
    }
  };
}

/** One map look-up and a few derived fields: what the SQL of the examples does per event. */
function enricher({ pipeline }: OrdinaryJob): Work {
  const products = new Map(csv(join(pipeline, 'reference/products.csv')).map((row) => [row[0], row]));
  return (message) => {
    if (message.subject.includes('.rejected.')) return undefined;
    const event = message.json<Record<string, unknown>>();
    const product = products.get(String(event['product_id']));
    const total = Number(event['quantity'] ?? 0) * Number(event['unit_price'] ?? 0);
    return JSON.stringify({ ...event, category: product?.[2], brand: product?.[3], total: total.toFixed(2) });
  };
}

function csv(path: string): string[][] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
  } catch {
    return [];
  }
}
