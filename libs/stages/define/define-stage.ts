/**
 * What a stage is. One value says all of it, and what others need to know is derived from there: tasks and logs (topology.ts), rights on NATS, which rows are refused
 * and how, traces, metrics, and the step. The stages stand in `kinds/`, one file each, and in the order of an event's way in `all-stages.ts`.
 */
import type { Reason } from '#contract/values/reason';
import type { LogName } from '#frame/log-name';
import type { StageState, Step } from '#frame/step';
import type { Outcome } from '#frame/traces';
import type { Pipeline } from '#pipeline/model/model';
import type { EventRows } from '../rows/event-rows.js';
import type { RefusedEvent } from '../rows/refuse-rows.js';
import type { Piece } from '../rows/split-rows.js';
import type { References } from '../steps/enrich-rows.js';
import type { CompiledPipeline } from '../tables/compile-pipeline.js';
import type { Per } from './per.js';

export type Service = 'ingest' | 'validate' | 'enrich' | 'aggregate' | 'lake-writer';

/** What every stage has, also those at both ends, which read no log or write none. */
export interface StageFacts {
  /** The first word of the names of its tasks. */
  readonly kind: string;
  /** Whose processes run its tasks. */
  readonly service: Service;
  /** Of what it has a task each. */
  readonly per: Per;
  /** What its tasks take one after the other. */
  readonly takes: 'message' | 'frame';
  /** The kind of the logs it writes, by which they are named; absent: none. */
  readonly writes?: string;
  /** What these hold, in the words of the documentation. */
  readonly holds?: string;
}

/** A stage between two logs. */
export interface Stage<State extends StageState | undefined> extends StageFacts {
  readonly takes: 'frame';
  /** The kind of the logs it reads: of its partition, or of all where it has no task per partition. */
  readonly reads: string;
  readonly writes: string;
  readonly holds: string;
  /** Whether its tasks remember something from step to step. Then they save it, and a new generation of partitions goes on with it. */
  readonly keepsState: State extends StageState ? true : false;
  /** The section of its input that it works on. */
  readonly section: string;
  /** How single events are refused; absent where the input holds sums: nobody can tell which events to refuse. */
  readonly refuses?: Refusal;
  /** How traced events go through it; absent where no event is in its input any more. */
  readonly traces?: Traced;
  /** The step of one task: made once, then called batch by batch. */
  step(parts: StepParts, task: StageTask): Step<State>;
}

/** A stage of which it does not matter what state it keeps: whoever calls its step gives back what the step gave. */
export type AnyStage = Stage<StageState | undefined>;

export interface Refusal {
  readonly rows: EventRows;
  /** Who refuses, as quarantine says it. @param origin the source or window of the task */
  by(origin: string): string;
  /** How refused rows stand in its log. */
  as(refused: readonly RefusedEvent[], bytesMax: number): Piece[];
  /** Why it may refuse. */
  readonly reasons: readonly Reason[];
}

export interface Traced {
  /** What the stage before may have said of the events that it takes up. */
  readonly takes: readonly Outcome[];
  /** What is said of an event of which no row is left. */
  readonly missing: Outcome;
  /** What is told of an event that it accepts; neither: what was told before. */
  tells(pipeline: Pipeline, origin: string): Told;
}

export interface Told {
  /** Its event time, which stands in this column. */
  readonly timeColumn?: string;
  /** The window of this length that it was laid into. */
  readonly windowMs?: number;
}

/** What steps are made of. */
export interface StepParts {
  readonly compiled: CompiledPipeline;
  /** Read at each step: they may be refreshed in between. */
  references(): References;
  /** For tests: rows that windows publish at once. All processes of a pipeline must agree. */
  readonly emitRowsMax?: number;
}

/** A task of a stage between two logs, as the stage sees it. */
export interface StageTask {
  readonly stage: AnyStage;
  readonly name: string;
  /** The source or window. */
  readonly origin: string;
  /** Those of an older generation come first. */
  readonly inputs: readonly LogName[];
  readonly output: LogName;
}

/** A stage between two logs; the type of its state follows from its step. */
export function defineStage<State extends StageState | undefined>(stage: Stage<State>): Stage<State> {
  return stage;
}

/** The stage as the runtime holds it among others. Sound because a state only ever comes back to the step that made it. */
export function anyStage<State extends StageState | undefined>(stage: Stage<State>): AnyStage {
  return stage as unknown as AnyStage;
}
