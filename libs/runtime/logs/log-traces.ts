/** The traces of one log: who writes it tells the spans of each stored frame, and of those that an owner before may not have told. */
import type { FrameHead } from '#frame/head';
import type { StreamFacts } from '#frame/lineage';
import { type LogName, streamOf } from '#frame/log-name';
import type { InputFrame, OutputFrame } from '#frame/step';
import { decodeTraces, type FrameTraces, type TracedEvent, withinBound } from '#frame/traces';
import type { Nats } from '#nats/ground/nats';
import type { Traced } from '#stages/define/define-stage';
import type { RawEvent } from '#stages/raw/raw-columns';
import type { IngestTask, LogTaskSpec, Topology } from '#stages/topology/topology';
import { frameSpans, type ToldFrame, type TracedLog } from '#stages/traces/frame-spans';
import { spanIds, type TraceContext } from '#stages/traces/trace-context';
import { type Followed, followEvents } from '#stages/traces/traced-events';
import type { Tracing } from '#telemetry/tracing';
import { readHeads } from './log-inputs.js';

/** A process that died may not have sent what it knew for so long: a second in its queue, and the time until its task is taken over. */
const recallUs = 15_000_000;
const recallFramesMax = 256;
const recallMsMax = 2_000;

export class LogTraces {
  #created = '';
  /** Frames through this one were told, or were too old. */
  #toldThrough = 0;
  #spansOf: ReturnType<typeof frameSpans> = () => [];

  readonly spanIdOf: ReturnType<typeof spanIds>;

  constructor(
    private readonly tracing: Tracing,
    private readonly log: Omit<TracedLog, 'created'>,
  ) {
    this.spanIdOf = spanIds(log.stream);
  }

  /** Call when the log was opened, before a frame is appended: tells what the last owner may have kept to himself. */
  async open(nats: Nats, { stream, created, firstSeq, lastSeq }: StreamFacts, stop: AbortSignal): Promise<void> {
    if (created !== this.#created)
      [this.#created, this.#toldThrough, this.#spansOf] = [created, 0, frameSpans({ ...this.log, created })];
    const seq = Math.max(firstSeq - 1, lastSeq - recallFramesMax, this.#toldThrough);
    if (seq >= lastSeq) return;
    const sinceUs = this.tracing.nowUs() - recallUs;
    try {
      const frames = await readHeads(
        nats,
        { stream, created, seq, hash: undefined },
        lastSeq,
        AbortSignal.any([stop, AbortSignal.timeout(recallMsMax)]),
      );
      for (const { seq: at, head } of frames) {
        const traces = head.traces === undefined ? undefined : decodeTraces(head.traces);
        if (traces && traces.endUs >= sinceUs) this.tell(at, { ...head, traces });
      }
    } catch {
      // A trace without some spans is no reason not to go on.
    }
  }

  /** An event of which this log knows first. @param arrivedUs when the front stream stored it */
  begin(trace: TraceContext, { seq, index, arrivedUs }: Pick<RawEvent, 'seq' | 'index' | 'arrivedUs'>): TracedEvent {
    const { traceId, parentId } = trace;
    return {
      seq,
      index,
      outcome: 'ok',
      traceId,
      spanId: this.spanIdOf(trace, seq, index),
      parentId,
      detail: String(arrivedUs),
    };
  }

  /** What the header of one frame says of these events; undefined when there are none. @param startUs when the work on it began */
  of(events: readonly TracedEvent[], startUs: number): FrameTraces | undefined {
    return events.length === 0
      ? undefined
      : withinBound({ startUs, endUs: Math.max(startUs, this.tracing.nowUs()), leftOut: 0, events });
  }

  /** Tells the spans of a frame that is stored. */
  tell(
    seq: number,
    { traces, inputs, sections }: Pick<ToldFrame, 'inputs' | 'sections'> & { readonly traces: FrameTraces | undefined },
  ): void {
    this.#toldThrough = Math.max(this.#toldThrough, seq);
    if (traces === undefined) return;
    this.tracing.record(this.#spansOf(seq, { traces, inputs, sections }));
    this.tracing.leaveOut(traces.leftOut);
  }

  nowUs(): number {
    return this.tracing.nowUs();
  }
}

const traceIdsMax = 8;

/** For a line of the log about a frame: the traces of some of its events. */
export function traceIdsOf({ traces }: Pick<FrameHead, 'traces'>): { readonly trace_ids?: readonly string[] } {
  const events = traces === undefined ? [] : (decodeTraces(traces)?.events ?? []);
  return events.length === 0
    ? {}
    : { trace_ids: [...new Set(events.map(({ traceId }) => traceId))].slice(0, traceIdsMax) };
}

/** The traces of a task between two logs; undefined when nothing is traced, or no event reaches it. */
export class StepTraces extends LogTraces {
  readonly #followed: Followed;

  private constructor(
    tracing: Tracing,
    { name, stage: { service }, origin, inputs, output }: LogTaskSpec,
    traces: Traced,
    { pipeline }: Topology,
  ) {
    const told = traces.tells(pipeline, origin);
    super(tracing, {
      task: name,
      service,
      detail: told.windowMs === undefined ? 'time' : 'window',
      origin,
      from: streamOf(inputs[0]!),
      stream: streamOf(output),
      partition: output.partition,
    });
    this.#followed = { traces, told, spanIdOf: this.spanIdOf };
  }

  static of(tracing: Tracing | undefined, task: LogTaskSpec, topology: Topology): StepTraces | undefined {
    const { traces } = task.stage;
    return tracing && traces && new StepTraces(tracing, task, traces, topology);
  }

  /** Traced events of each output frame of a step; undefined when it took none. */
  follow(
    frames: readonly InputFrame[],
    output: readonly OutputFrame[],
    rowsBefore: number,
    startUs: number,
  ): Array<FrameTraces | undefined> | undefined {
    return followEvents(this.#followed, frames, output, rowsBefore)?.map((events) => this.of(events, startUs));
  }
}

/** The traces of one raw log of ingest; undefined when nothing is traced. */
export function rawLogTraces(
  tracing: Tracing | undefined,
  { name, stage: { service }, source, front }: IngestTask,
  log: LogName,
): LogTraces | undefined {
  return (
    tracing &&
    new LogTraces(tracing, {
      task: name,
      service,
      detail: 'arrival',
      origin: source.name,
      from: front.stream,
      stream: streamOf(log),
      partition: log.partition,
    })
  );
}
