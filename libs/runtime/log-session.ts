/** What a task between two logs holds from one start to the next. */
import type { StageState } from '#frame/step';
import type { LogWriter } from '#nats/log-writer';
import type { LogInputs } from './log-inputs.js';
import type { Snapshotter } from './snapshots.js';

export interface LogSession {
  readonly inputs: LogInputs;
  readonly writer: LogWriter;
  readonly snapshots: Snapshotter;
  state: StageState | undefined;
  saved: readonly Uint8Array[] | undefined;
  /** Watermark of the newest own frame. */
  watermarkMs: number | null;
  /** Whether the state has changed since the session began. */
  stepped: boolean;
  /** How long the last step took. */
  stepMs: number;
  /** Of each step that has begun and whose output is not stored: when the server stored the oldest of its frames, epoch ms. */
  readonly unstoredMs: number[];
  /** First publish that failed, if any. */
  failure: Error | undefined;
}
