/** What a task tells about itself: mirrored to the tasks bucket for trimming, lag and `afluente status`. Advisory only. */
import type { LogLag } from '#nats/log-reader';
import type { StreamFill, TableReading } from '#telemetry/task-gauges';

export type TaskState = 'starting' | 'running' | 'recovering' | 'halted' | 'stopped';

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
  /** Why it is recovering or halted. */
  readonly reason?: string;
  readonly inputs: readonly InputStatus[];
  readonly watermarkMs: number | null;
  /** The newest stored output said the input is quiet. */
  readonly idle: boolean;
  /** Rows waiting in memory, e.g. for the next commit. */
  readonly waiting: number;
  readonly updatedMs: number;
}

/** What metrics say of a task besides its status. */
export interface Measures {
  readonly lag: LogLag;
  /** Streams that the task writes or trims. */
  readonly streams: readonly StreamFill[];
  readonly table?: TableReading;
}

export const nothingWaits: LogLag = { messages: 0, events: 0, oldestMs: undefined };

/** Why a task ends, the reason of its abort signal: another process goes on after its last step, or has done so already. */
export type EndReason = 'released' | 'lost';

/** What the task host runs: a loop that owns one task until it is told to stop. */
export interface Runnable {
  readonly name: string;
  /** Returns after a clean stop, whose reason is an `EndReason`; throws to be started again; throws HaltError to stay down. */
  run(stop: AbortSignal): Promise<void>;
  status(): Omit<TaskStatus, 'owner' | 'state' | 'reason' | 'updatedMs'>;
  measure(): Measures;
  /** Called after the client has reached a server again. */
  onReconnect(): void;
}
