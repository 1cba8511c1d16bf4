/** What a task tells about itself: mirrored to the tasks bucket for trimming, lag and `afluente status`. Advisory only. */
import type { TableBinding } from '#lake/table/table-binding';
import type { LogLag } from '#nats/messages/log-reader';
import type { Remembered, StreamFill, TableReading } from '#telemetry/task-gauges';
import type { Waits } from './waits.js';
import type { WaitsFor } from './waits-for.js';

/** It works, or has nothing to do; something fails and is tried again by itself; it stays down; it was given back, and nobody has taken it yet. */
export type TaskState = 'running' | 'waiting' | 'halted' | 'stopped';

export interface InputStatus {
  readonly stream: string;
  /** Incarnation of the stream. */
  readonly created: string;
  /** Last input sequence whose effects are stored. */
  readonly position: number;
  /** Last input sequence the task will never read again: the input may be trimmed through it. */
  readonly safe: number;
}

export interface TaskStatus {
  readonly task: string;
  readonly owner: string;
  readonly state: TaskState;
  /** Why it waits or is halted. */
  readonly reason?: string;
  /** What it waits for. */
  readonly waitsFor?: WaitsFor;
  /** Since when it has waited, or been halted, epoch ms. */
  readonly sinceMs?: number;
  readonly inputs: readonly InputStatus[];
  readonly watermarkMs: number | null;
  /** The newest stored output said the input is quiet. */
  readonly idle: boolean;
  /** Rows waiting in memory, e.g. for the next commit. */
  readonly waiting: number;
  /** Of a lake task: the table it has written, so that no other one is taken for it. */
  readonly table?: TableBinding;
  readonly updatedMs: number;
}

/** What a task knows itself; the rest is its host's. */
export type TaskFacts = Omit<TaskStatus, 'owner' | 'state' | 'reason' | 'waitsFor' | 'sinceMs' | 'updatedMs'>;

/** What metrics say of a task besides its status. */
export interface Measures {
  readonly lag: LogLag;
  /** Streams that the task writes or trims. */
  readonly streams: readonly StreamFill[];
  readonly remembered?: Remembered;
  readonly table?: TableReading;
}

export const nothingWaits: LogLag = { messages: 0, events: 0, oldestMs: undefined };

/** Why a task ends, the reason of its abort signal: another process goes on after its last step, or has done so already. */
export type EndReason = 'released' | 'lost';

/** What the task host runs: a loop that owns one task until it is told to stop. */
export interface Runnable {
  readonly name: string;
  /**
   * Returns after a clean stop, whose reason is an `EndReason`; throws to be started again; throws HaltError to stay down.
   * @param waits told of what the task itself tries again meanwhile
   */
  run(stop: AbortSignal, waits?: Waits): Promise<void>;
  status(): TaskFacts;
  measure(): Measures;
  /** Called after the client has reached a server again. */
  onReconnect(): void;
}
