/** A session of a task between two logs. */
import type { Saved, StageState } from '#frame/step';
import type { LogWriter } from '#nats/messages/log-writer';
import type { TaskSession } from '../ground/session-task.js';
import type { LogInputs } from '../logs/log-inputs.js';
import { tendClosedLog } from '../logs/tend-closed-log.js';
import type { Trimmer } from '../logs/trimmer.js';
import type { Snapshotter } from './snapshots.js';

/** What the loop of a session works with. */
export interface LogWork {
  readonly inputs: LogInputs;
  readonly writer: LogWriter;
  readonly snapshots: Snapshotter;
  state: StageState | undefined;
  /** What the first step takes the state up from. */
  saved: Saved | undefined;
  /** Watermark of the newest own frame. */
  watermarkMs: number | null;
  /** The last step has more to put out: the next one takes no frames. */
  more: boolean;
  /** Whether the state has changed since the session began. */
  stepped: boolean;
  /** How long the last step took. */
  stepMs: number;
  /** Of each step that has begun and whose output is not stored: when the server stored the oldest of its frames, epoch ms. */
  readonly unstoredMs: number[];
  /** The log is closed: nothing will be appended. */
  closed: boolean;
  /** First publish that failed, if any. */
  failure: Error | undefined;
}

export interface LogSession extends TaskSession {
  /** Undefined while the task rests. */
  readonly work: LogWork | undefined;
}

/** The log is closed: it is trimmed until its readers have read it. */
export function restingSession(trimmer: Pick<Trimmer, 'run'>): LogSession {
  const nothing = (): void => undefined;
  return {
    work: undefined,
    done: false,
    turn: (stop) => tendClosedLog(trimmer, stop),
    settle: async () => nothing(),
    close: async () => nothing(),
    wake: nothing,
    onReconnect: nothing,
  };
}
