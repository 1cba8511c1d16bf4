/**
 * Who lives: the processes whose heartbeats come while we listen. No clock judges, as among the processes themselves (libs/runtime/cluster/members.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readBucket, type StoredEntry } from '#nats/buckets/read-bucket';
import type { NatsClient } from '#nats/ground/nats';
import { beats, type Heartbeat } from '#runtime/cluster/members';
import type { NatsFacts, Process } from './facts.js';

export interface Heard {
  readonly alive: readonly Process[];
  /** What the newest heartbeat shows of the server's clock. */
  readonly clock: NatsFacts['clock'];
}

/** Somebody who is busy for a moment is not dead. */
const listenMsMin = 3_000;

export async function listenForProcesses(
  nats: NatsClient,
  bucket: string,
  leaseTtlMs: number,
  nowMs: () => number,
): Promise<Heard> {
  const first = await heartbeats(nats, bucket);
  const known = new Map(first.map(({ key, revision }) => [key, revision]));
  const alive = new Map<string, Process>();
  let clock: NatsFacts['clock'];
  const waiting = new Set(first.filter(({ heartbeat }) => heartbeat.state !== 'left').map(({ key }) => key));
  const pollMs = leaseTtlMs / beats / 2;
  const untilMs = performance.now() + Math.max(listenMsMin, leaseTtlMs);
  while (waiting.size > 0 && performance.now() < untilMs) {
    await sleep(pollMs);
    for (const { key, revision, storedMs, heartbeat } of await heartbeats(nats, bucket)) {
      if (revision === known.get(key)) continue;
      waiting.delete(key);
      clock = { aheadMs: storedMs - nowMs() + pollMs / 2, giveMs: pollMs };
      known.set(key, revision);
      if (heartbeat.state === 'left') alive.delete(key);
      else alive.set(key, { ...heartbeat, leaving: heartbeat.state === 'leaving' });
    }
  }
  return { alive: [...alive.values()], clock };
}

interface Beat extends StoredEntry {
  readonly heartbeat: Heartbeat;
}

/** What cannot be read is no heartbeat. */
async function heartbeats(nats: NatsClient, bucket: string): Promise<Beat[]> {
  return ((await readBucket(nats, bucket)) ?? []).flatMap((entry) => {
    try {
      return [{ ...entry, heartbeat: JSON.parse(Buffer.from(entry.value).toString()) as Heartbeat }];
    } catch {
      return [];
    }
  });
}
