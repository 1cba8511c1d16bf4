/** Looks at NATS: the server, the account, and everything there that belongs to the pipeline. */
import { membersBucketOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import { accountFacts, publishRights, serverClock, serverFacts } from '#nats/connection/server-facts';
import { maskServerUrls } from '#nats/connection/server-urls';
import type { NatsClient } from '#nats/ground/nats';
import { type Config, readNatsAccess } from '#runtime/settings/config';
import { connectCommand } from '../connect-command.js';
import type { NatsFacts, PipelineFacts, StreamLook } from './facts.js';
import { type Heard, listenForProcesses } from './listen-for-processes.js';
import { lookAtFrames } from './look-at-frames.js';
import { lookAtStreams } from './look-at-streams.js';
import { lookAtTasks } from './look-at-tasks.js';
import { look, seenOf, unseen } from './looked.js';

const closeMsMax = 1_000;

interface Place {
  readonly nats: NatsClient;
  readonly url: string;
  readonly nowMs: () => number;
}

/** @throws NatsUnavailableError */
export async function lookAtNats(
  url: string,
  pipeline: PipelineFacts | undefined,
  config: Config | undefined,
  nowMs: () => number,
): Promise<NatsFacts> {
  const nats = pipeline
    ? await connectCommand(url, 'doctor', pipeline.topology.pipeline.name)
    : await connectNats(url, 'afluente-doctor', readNatsAccess());
  const place = { nats, url: maskServerUrls(url), nowMs };
  try {
    return await (pipeline && config ? lookAtPipeline(place, pipeline, config) : lookAtServer(place));
  } finally {
    await look(() => nats.nc.close(), closeMsMax);
  }
}

async function lookAtServer({ nats, url, nowMs }: Place): Promise<NatsFacts> {
  const [account, rights] = await Promise.all([look(() => accountFacts(nats)), publishRights(nats)]);
  const nobody = unseen(new Error('the pipeline is not known'));
  return {
    url,
    server: serverFacts(nats),
    account,
    rights,
    clock: undefined,
    nowMs: nowMs(),
    streams: [],
    frames: [],
    tasks: [],
    alive: nobody,
    leases: nobody,
    board: nobody,
  };
}

async function lookAtPipeline(place: Place, { topology }: PipelineFacts, config: Config): Promise<NatsFacts> {
  const { nats, nowMs } = place;
  // First: whoever is not heard posts nothing any more, so that what streams hold and what tasks say belong together.
  const heard = await look(() =>
    listenForProcesses(nats, membersBucketOf(topology.pipeline.name), config.leaseTtlMs, nowMs),
  );
  const [server, streams] = await Promise.all([lookAtServer(place), lookAtStreams(nats, topology, config)]);
  const [tasks, frames, clock] = await Promise.all([
    lookAtTasks(nats, topology, streams),
    lookAtFrames(nats, topology, streams),
    clockOf(place, streams, seenOf(heard)),
  ]);
  const alive = heard.seen ? { seen: true as const, value: heard.value.alive } : heard;
  return { ...server, nowMs: nowMs(), streams, frames, ...tasks, alive, clock };
}

/** By what the server says of a stream; an older one does not tell the time, but when it has stored a heartbeat. */
async function clockOf(
  { nats, nowMs }: Place,
  streams: readonly StreamLook[],
  heard: Heard | undefined,
): Promise<NatsFacts['clock']> {
  const there = streams.find(({ found }) => seenOf(found) !== undefined);
  if (!there) return undefined;
  const beforeMs = nowMs();
  const serverMs = seenOf(await look(() => serverClock(nats, there.stream)));
  const giveMs = (nowMs() - beforeMs) / 2;
  return serverMs === undefined ? heard?.clock : { aheadMs: serverMs - beforeMs - giveMs, giveMs };
}
