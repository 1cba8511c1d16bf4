/** The task of ingest: a session reads the front stream and writes one raw log per partition, each with its own position. */
import type { IngestTask as Spec } from '#stages/topology/topology';
import type { RuntimeContext } from '../cluster/context.js';
import { SessionTask } from '../ground/session-task.js';
import type { Measures, TaskFacts } from '../ground/task-status.js';
import type { Waits } from '../ground/waits.js';
import { type IngestTools, makeIngestTools } from './ingest-tools.js';
import { IngestTurns } from './ingest-turns.js';
import { openIngest } from './open-ingest.js';

export class IngestTask extends SessionTask<IngestTurns> {
  readonly name: string;
  readonly #tools: IngestTools;

  /** @param quietForMs how long idle frames are of use: until every window of the source has closed */
  constructor(context: RuntimeContext, spec: Spec, quietForMs: number) {
    super();
    this.name = spec.name;
    this.#tools = makeIngestTools(context, spec, quietForMs);
  }

  protected async open(stop: AbortSignal, waits: Waits): Promise<IngestTurns> {
    return new IngestTurns(this.#tools, await openIngest(this.#tools, stop, waits), waits);
  }

  status(): TaskFacts {
    const session = this.latest;
    return {
      task: this.name,
      inputs: session
        ? [
            {
              stream: session.front.stream,
              created: session.front.created,
              position: session.storedSeq,
              safe: session.storedSeq,
            },
          ]
        : [],
      watermarkMs: null,
      idle: false,
      waiting: this.#tools.meter.pending,
    };
  }

  measure(): Measures {
    const { meter, frontTrimmer, trimmers } = this.#tools;
    return {
      lag: this.latest?.lag ?? meter.lag(0, []),
      streams: [...frontTrimmer.fill, ...trimmers.flatMap((trimmer) => trimmer.fill)],
    };
  }
}
