/**
 * Reads every server's own copy of every stream of a cluster.
 *
 * States come from each server's monitoring (`/jsz`). Contents are read through consumers of one replica: the server that such
 * a consumer is placed on serves it from its own copy, so consumers are made until every server has had one.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckedServer } from '../check-run.js';
import { type Finding, found } from '../findings.js';
import { addConsumer, type JetStream, readStream } from './read-stream.js';
import { copyFindings, type StreamCopy } from './replica-differences.js';

interface Jsz {
  readonly server_id: string;
  readonly account_details?: ReadonlyArray<{ readonly stream_detail?: readonly StreamDetail[] }>;
}

interface StreamDetail {
  readonly name: string;
  readonly config: { readonly max_age?: number };
  readonly state: { readonly messages: number; readonly first_seq: number; readonly last_seq: number };
}

/** Followers may be a little behind when the run ends. */
const settleMsMax = 20_000;
const pollMs = 500;
/** Placement is random: with three servers, 40 tries miss one with a chance of about one in ten millions. */
const placementsMax = 40;

export async function replicaFindings(clients: JetStream, servers: readonly CheckedServer[]): Promise<Finding[]> {
  const names = await Promise.all(servers.map(({ monitorUrl }) => serverName(monitorUrl)));
  const untilMs = performance.now() + settleMsMax;
  for (;;) {
    const copies = (await Promise.all(servers.map(({ monitorUrl }, i) => copiesOn(monitorUrl, names[i]!)))).flat();
    const differences = [...copyFindings(names, copies)];
    if (differences.length === 0) return contentFindings(clients, names, copies);
    if (performance.now() > untilMs) return differences;
    await sleep(pollMs);
  }
}

async function contentFindings(
  clients: JetStream,
  names: readonly string[],
  copies: readonly StreamCopy[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const stream of new Set(copies.map((copy) => copy.stream))) {
    const digests = await digestsOf(clients, stream, names);
    const unread = names.filter((name) => !digests.has(name));
    if (unread.length > 0)
      findings.push(
        found(
          'replicaDifferences',
          `${stream}: no consumer was placed on ${unread.join(', ')}, their copies could not be read`,
        ),
      );
    const read = copies
      .filter((copy) => copy.stream === stream && digests.has(copy.server))
      .map((copy) => ({ ...copy, digest: digests.get(copy.server)! }));
    findings.push(
      ...copyFindings(
        read.map(({ server }) => server),
        read,
      ),
    );
  }
  return findings;
}

async function digestsOf(clients: JetStream, stream: string, names: readonly string[]): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (let tries = 0; digests.size < names.length && tries < placementsMax; tries++) {
    const consumer = await addConsumer(clients, stream);
    if (consumer.server === undefined || digests.has(consumer.server)) {
      await clients.jsm.consumers.delete(stream, consumer.name);
      continue;
    }
    const hash = createHash('sha256');
    await readStream(clients, stream, consumer, (message) => {
      hash.update(`${message.seq} ${message.subject} ${message.time.getTime()} ${message.data.byteLength}\n`);
      for (const [name, values] of message.headers ?? []) hash.update(`${name}: ${values.join(',')}\n`);
      hash.update(message.data);
    });
    digests.set(consumer.server, hash.digest('hex').slice(0, 16));
  }
  return digests;
}

async function copiesOn(monitorUrl: string, server: string): Promise<StreamCopy[]> {
  const { account_details = [] } = await ask<Jsz>(`${monitorUrl}/jsz?accounts=true&streams=true&config=true`);
  // Each server drops what is too old by its own clock: such streams differ for a moment, and in order.
  const lasting = account_details.flatMap(({ stream_detail = [] }) =>
    stream_detail.filter(({ config }) => !config.max_age),
  );
  return lasting.map(({ name, state }) => ({
    server,
    stream: name,
    messages: state.messages,
    firstSeq: state.first_seq,
    lastSeq: state.last_seq,
  }));
}

async function serverName(monitorUrl: string): Promise<string> {
  return (await ask<{ server_name: string }>(`${monitorUrl}/varz`)).server_name;
}

async function ask<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return (await answer.json()) as Answer;
}
