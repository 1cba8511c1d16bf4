/** What the task of ingest keeps from one session to the next. */
import type { LogName } from '#frame/log-name';
import type { IngestTask as Spec } from '#stages/topology/topology';
import type { TaskCare } from '../care/care.js';
import type { TaskMark } from '../care/work-marks.js';
import type { RuntimeContext } from '../cluster/context.js';
import { FrontMeter } from '../front/front-meter.js';
import { FrontTraces } from '../front/front-traces.js';
import { FrontTrimmer } from '../front/front-trimmer.js';
import { type LogTraces, rawLogTraces } from '../logs/log-traces.js';
import { payloadLimits } from '../logs/payload-limits.js';
import { Trimmer } from '../logs/trimmer.js';

export interface IngestTools {
  readonly context: RuntimeContext;
  readonly spec: Spec;
  /** How long idle frames are of use: until every window of the source has closed. */
  readonly quietForMs: number;
  readonly care: TaskCare | undefined;
  readonly mark: TaskMark | undefined;
  readonly limits: ReturnType<typeof payloadLimits>;
  readonly trimmers: readonly Trimmer[];
  readonly frontTrimmer: FrontTrimmer;
  readonly meter: FrontMeter;
  /** Undefined when nothing is traced. */
  readonly frontTraces: FrontTraces | undefined;
  /** Of each raw log. */
  readonly logTraces: ReadonlyMap<LogName, LogTraces | undefined>;
}

export function makeIngestTools(context: RuntimeContext, spec: Spec, quietForMs: number): IngestTools {
  return {
    context,
    spec,
    quietForMs,
    care: context.care?.of(spec.name),
    mark: context.marks?.of(spec.name),
    limits: payloadLimits(context),
    trimmers: spec.outputs.map((log) => new Trimmer(context, log)),
    frontTrimmer: new FrontTrimmer(context, spec.source.front.kind === 'subjects' ? spec.source.front.subjects : []),
    meter: new FrontMeter(context.metrics, spec.name),
    frontTraces: context.tracing && new FrontTraces(spec.front.stream, context.config.traceSample),
    logTraces: new Map(spec.outputs.map((log) => [log, rawLogTraces(context.tracing, spec, log)])),
  };
}
