/** How long events waited on their way: from the front stream to their enriched frame, by the clock of the server. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { readDataFrame } from '#columns/polars/data-frames';
import { decodeHead } from '#frame/head';
import { type LogName, partitionToken, streamOf } from '#frame/log-name';
import { splitSections } from '#frame/sections';
import { enrich } from '#stages/kinds/enrich';
import { logTasksOf, type Topology } from '#stages/topology/topology';
import { addConsumer, type JetStream, readStream } from '../faults/check/logs/read-stream.js';

export interface Delay {
  readonly ms: number;
  /** Which partition, as names of its logs say it. */
  readonly partition: string;
  /** When the frame was stored, epoch ms. */
  readonly storedMs: number;
}

/** @returns the longest of each partition, the longest of all first; the logs must hold all their frames */
export async function longestDelays(servers: string, topology: Topology): Promise<Delay[]> {
  const nc = await connect({ servers });
  const clients = { js: jetstream(nc), jsm: await jetstreamManager(nc) };
  const delays: Delay[] = [];
  for (const { output } of logTasksOf(topology, enrich)) {
    const delay = await longestIn(clients, output);
    if (delay) delays.push(delay);
  }
  await nc.close();
  return delays.sort((a, b) => b.ms - a.ms);
}

/** @returns undefined: no event came through it */
async function longestIn(clients: JetStream, log: LogName): Promise<Delay | undefined> {
  const stream = streamOf(log);
  let longest: Delay | undefined;
  await readStream(clients, stream, await addConsumer(clients, stream), (message) => {
    const head = decodeHead((header) => message.headers?.values(header) ?? []);
    const storedMs = message.info.timestampNanos / 1_000_000;
    for (const { name, rows, data } of splitSections(head?.sections ?? [], message.data) ?? []) {
      if (name !== 'ok' || rows === 0) continue;
      const frame = readDataFrame(data);
      const arrivedUs = frame.getColumn('_arrived_at').cast(frame.getColumn('_seq').dtype).toArray();
      const ms = Math.round(storedMs - Math.min(...arrivedUs.map(Number)) / 1000);
      if (ms > (longest?.ms ?? -1)) longest = { ms, partition: partitionToken(log), storedMs };
    }
  });
  return longest;
}
