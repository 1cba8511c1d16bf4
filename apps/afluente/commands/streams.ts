/** `afluente streams`: makes and checks the streams and buckets of a pipeline, before its services start. */

import { HaltError } from '#nats/ground/halt-error';
import { NatsLimitError } from '#nats/ground/nats-limit-error';
import { StreamSetupError } from '#nats/ground/stream-setup-error';
import { findingsOf } from '#nats/streams/stream-faults';
import { streamInfo } from '#nats/streams/stream-info';
import { checkFrameColumns, checkLogSize } from '#runtime/logs/payload-limits';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { childEnvironment, readConfig } from '#runtime/settings/config';
import { topologyOf } from '#stages/topology/topology';
import { connectCommand } from '../connect-command.js';
import { limitsMessage, limitsTooLow } from '../streams/check-limits.js';
import { type Making, type NeededStream, neededStreams } from '../streams/needed-streams.js';

export interface StreamsOptions {
  readonly pipeline: string;
  readonly nats: string;
  /** Make nothing. */
  readonly check?: boolean;
}

interface Outcome {
  readonly what: 'made' | 'found' | 'missing' | 'wrong';
  /** Sentences. */
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

const exitLimit = 2;

/** @returns 0 when all of them are there and fit; 2 when NATS allows less than they need, and nothing was made; else 1 */
export async function streams(options: StreamsOptions): Promise<number> {
  const { compiled } = PipelineSource.load(options.pipeline);
  const topology = topologyOf(compiled);
  const config = readConfig(childEnvironment({ AFL_PIPELINE: options.pipeline, AFL_NATS_URL: options.nats }));
  const nats = await connectCommand(options.nats, 'streams', topology.pipeline.name);
  try {
    checkLogSize({ config, nats });
    checkFrameColumns(compiled.enriched, nats);
    const needed = neededStreams(topology, { nats, config });
    const tooLow = await limitsTooLow(nats, config, needed);
    if (tooLow.length > 0 && options.check !== true) throw new NatsLimitError(limitsMessage(tooLow));
    const outcomes: Outcome[] = [];
    // One after the other: a cluster elects a leader for each, and a hundred elections at once would time out.
    for (const one of needed) {
      const outcome = await settle(one, { nats, config }, options.check === true);
      process.stdout.write(`${outcome.what.padEnd(7)}  ${one.stream}\n`);
      outcomes.push(outcome);
    }
    const code = report(outcomes);
    for (const sentence of tooLow) process.stderr.write(`${sentence}\n`);
    return tooLow.length > 0 ? exitLimit : code;
  } finally {
    await nats.nc.close();
  }
}

/** What NATS or a check says about one stream is told with the others; anything else, such as a lost connection, ends the command. */
async function settle(needed: NeededStream, making: Making, check: boolean): Promise<Outcome> {
  try {
    return await makeOrFind(needed, making, check);
  } catch (error) {
    if (!(error instanceof StreamSetupError) && !(error instanceof HaltError)) throw error;
    return { what: 'wrong', faults: [error.message], notes: [] };
  }
}

async function makeOrFind({ stream, wanted, make }: NeededStream, { nats }: Making, check: boolean): Promise<Outcome> {
  const before = await streamInfo(nats, stream);
  if (wanted && !before && check)
    return { what: 'missing', faults: [`${stream} is not there: run this command without --check`], notes: [] };
  if (!wanted || !before) await make();
  const what = before ? 'found' : 'made';
  const there = before ?? (await streamInfo(nats, stream));
  if (!wanted || !there) return { what, faults: [], notes: [] };
  const { faults, notes } = findingsOf(stream, there.config, wanted);
  return { what: faults.length > 0 ? 'wrong' : what, faults, notes };
}

function report(outcomes: readonly Outcome[]): number {
  const count = (what: Outcome['what']): number => outcomes.filter((outcome) => outcome.what === what).length;
  const bad = count('wrong') + count('missing');
  process.stdout.write(
    `${outcomes.length} streams and buckets: ${count('made')} made, ${count('found')} found, ${bad} not as they should be\n`,
  );
  for (const note of outcomes.flatMap(({ notes }) => notes)) process.stderr.write(`note: ${note}\n`);
  // The server may say the same of each.
  for (const fault of new Set(outcomes.flatMap(({ faults }) => faults))) process.stderr.write(`${fault}\n`);
  return bad === 0 ? 0 : 1;
}
