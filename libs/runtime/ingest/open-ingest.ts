/** Opens the front stream and the raw logs where they stand, and says where to read on. */
import type { StreamFacts } from '#frame/lineage';
import { gapBefore } from '../front/front-gaps.js';
import { FrontOrigins } from '../front/front-origins.js';
import { FrontPlacer } from '../front/front-placer.js';
import { FirstFailure } from '../ground/first-failure.js';
import type { Waits } from '../ground/waits.js';
import { type Front, openFront } from '../logs/front-stream.js';
import type { IngestTools } from './ingest-tools.js';
import { type Chains, openChains } from './open-chains.js';

export interface OpenedIngest extends Chains {
  readonly front: Front;
  /** First front sequence to read. */
  readonly start: number;
  readonly placer: FrontPlacer;
  readonly origins: FrontOrigins;
  readonly failure: FirstFailure;
}

/** @throws HaltError when ingest cannot go on without losing or repeating something */
export async function openIngest(tools: IngestTools, stop: AbortSignal, waits: Waits): Promise<OpenedIngest> {
  const { context, spec } = tools;
  const front = await openFront(context.nats, spec, context.config.streamReplicas);
  const failure = new FirstFailure();
  const owner = { onStored: () => context.crash('ingest.stored'), onFailure: failure.tell };
  const opened = await openChains(
    { context, spec, front, owner, check: (seq) => checkWhole(tools, front, seq), traces: tools.logTraces },
    stop,
    waits,
  );
  const start = Math.min(...opened.chains.map((chain) => chain.covered.seq)) + 1;
  const placer = await FrontPlacer.begin(tools, opened.created, start, front.lastSeq);
  const origins = new FrontOrigins(tools.frontTraces, tools.limits.payloadBytesMax, opened.created);
  // A full log must be trimmed before a frame is appended: where much waits, one is before the first turn is over, and fails.
  await trimLogs(tools);
  return { ...opened, front, start, placer, origins, failure };
}

/** Whether messages may only go when we have read them: a user's stream may delete some by its own rules, and filtered streams have gaps. */
export function mustBeWhole({ context, spec }: IngestTools): boolean {
  return spec.front.own && !context.config.acceptFrontGaps;
}

/** @throws HaltError when messages behind `seq` are gone */
export function checkWhole(tools: IngestTools, { stream, firstSeq }: StreamFacts, seq: number): void {
  if (mustBeWhole(tools) && firstSeq > seq + 1) throw gapBefore(firstSeq, firstSeq - seq - 1, stream);
}

export async function trimLogs({ trimmers }: IngestTools): Promise<void> {
  for (const trimmer of trimmers) await trimmer.run();
}
