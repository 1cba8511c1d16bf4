/** Looks at everything the doctor judges, a thing that cannot be looked at beside the others. Changes nothing. */
import { PipelineSource } from '#runtime/service/pipeline-source';
import { childEnvironment, readConfig, readLakeUrl, readS3Config } from '#runtime/settings/config';
import { topologyOf } from '#stages/topology/topology';
import type { Facts, LakeFacts, PipelineFacts } from './facts.js';
import { lookAtLake } from './look-at-lake.js';
import { lookAtNats } from './look-at-nats.js';
import { type Looked, look, seenOf } from './looked.js';

export interface Examination {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake?: string;
  /** This machine's clock, epoch ms. */
  readonly nowMs: () => number;
}

/** All that is looked at in NATS, or in the lake. */
const placeMsMax = 30_000;

export async function gatherFacts({ pipeline: folder, nats, lake, nowMs }: Examination): Promise<Facts> {
  const pipeline = await look(async (): Promise<PipelineFacts> => {
    const source = PipelineSource.load(folder);
    return { source, topology: topologyOf(source.compiled) };
  });
  const settings = await look(async () => readConfig(childEnvironment({ AFL_PIPELINE: folder, AFL_NATS_URL: nats })));
  const natsFacts = await look(() => lookAtNats(nats, seenOf(pipeline), seenOf(settings), nowMs), placeMsMax);
  // Afterwards: a table may be newer than what its task said of it, and an older one is a finding.
  const lakeFacts = await lakeOf(lake, seenOf(pipeline));
  return { folder, pipeline, settings, nats: natsFacts, lake: lakeFacts };
}

async function lakeOf(
  named: string | undefined,
  pipeline: PipelineFacts | undefined,
): Promise<Looked<LakeFacts> | undefined> {
  const url = named ?? readLakeUrl() ?? pipeline?.topology.pipeline.lake.url;
  return url === undefined ? undefined : look(() => lookAtLake(url, readS3Config(), pipeline?.topology), placeMsMax);
}
