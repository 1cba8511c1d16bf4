/** Counts what a pipeline needs of its JetStream account, before anything is made. */
import { shortages } from '#nats/ground/account-limits';
import { mapFew } from '#nats/ground/map-few';
import type { NatsClient } from '#nats/ground/nats';
import { NatsLimitError } from '#nats/ground/nats-limit-error';
import { StreamSetupError } from '#nats/ground/stream-setup-error';
import { streamInfo } from '#nats/streams/stream-info';
import type { Config } from '#runtime/settings/config';
import type { Topology } from '#stages/topology/topology';
import { type NeededStream, neededStreams } from './needed-streams.js';

const looksAtOnce = 8;

/** @returns a sentence for each limit that is too low */
export async function limitsTooLow(
  nats: NatsClient,
  config: Config,
  needed: readonly NeededStream[],
): Promise<string[]> {
  const needs = await mapFew(needed, looksAtOnce, async ({ stream, wanted, readers }) => {
    // A stream of the user's is nothing that we would make.
    const isThere = wanted === undefined || (await streamInfo(nats, stream)) !== undefined;
    return { stream, isThere, bytesMax: wanted?.bytesMax, readers };
  });
  const isAlone = nats.nc.info?.cluster === undefined;
  return shortages(needs, await nats.account(), { isAlone }, config.streamReplicas);
}

/**
 * Makes what is missing; what may be wrong with a stream that is there is told by the services.
 * @throws NatsLimitError when something has no room; StreamSetupError when it cannot be made, e.g. because another stream has its subjects
 */
export async function makeRoomFor(nats: NatsClient, config: Config, topology: Topology): Promise<void> {
  const needed = neededStreams(topology, { nats, config });
  const tooLow = await limitsTooLow(nats, config, needed);
  if (tooLow.length > 0) throw new NatsLimitError(limitsMessage(tooLow));
  for (const { stream, wanted, make } of needed) {
    if (!wanted || (await streamInfo(nats, stream))) continue;
    await make().catch((error: unknown) => {
      if (error instanceof NatsLimitError || error instanceof StreamSetupError) throw error;
    });
  }
}

export function limitsMessage(tooLow: readonly string[]): string {
  return ['the pipeline needs more than NATS allows. Nothing was made.', ...tooLow].join('\n  ');
}
