/** Runs the tasks of a process: starts them again after failures, keeps halted ones down, and posts their status. */
import { HaltError } from '#nats/log-reader';
import { TableHaltedError } from '#lake/lake-errors';
import type { RuntimeContext } from './context.js';
import type { Runnable, TaskState, TaskStatus } from './task-status.js';

const POST_EVERY_MS = 1_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
/** A task that ran this long had recovered: its next failure is a new one. */
const STABLE_MS = 10_000;

interface Slot {
  readonly runnable: Runnable;
  state: TaskState;
  reason: string | undefined;
}

export class TaskHost {
  readonly #slots: Slot[] = [];
  readonly #stop = new AbortController();
  #loops: Array<Promise<void>> = [];
  #timer: NodeJS.Timeout | undefined;
  #posting: Promise<void> = Promise.resolve();

  constructor(private readonly context: RuntimeContext) {}

  start(runnables: readonly Runnable[]): void {
    for (const runnable of runnables) {
      const slot: Slot = { runnable, state: 'starting', reason: undefined };
      this.#slots.push(slot);
      this.#loops.push(this.#keepRunning(slot));
    }
    this.#timer = setInterval(() => void this.#post(), POST_EVERY_MS);
  }

  /** Ends every task after its current step, publishes the last positions. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await Promise.all(this.#loops);
    this.#loops = [];
    await this.#post();
  }

  statuses(): TaskStatus[] {
    return this.#slots.map(({ runnable, state, reason }) => ({
      ...runnable.status(),
      owner: this.context.config.instance,
      state,
      ...(reason !== undefined && { reason }),
      updatedMs: this.context.now(),
    }));
  }

  onReconnect(): void {
    for (const { runnable } of this.#slots) runnable.onReconnect();
  }

  async #keepRunning(slot: Slot): Promise<void> {
    let retryMs = RETRY_MS_MIN;
    while (!this.#stop.signal.aborted) {
      const startedMs = this.context.now();
      try {
        slot.state = 'running';
        slot.reason = undefined;
        await slot.runnable.run(this.#stop.signal);
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        if (error instanceof HaltError || error instanceof TableHaltedError) return this.#halt(slot, error);
        if (this.context.now() - startedMs > STABLE_MS) retryMs = RETRY_MS_MIN;
        this.#recover(slot, error as Error);
        await this.#pause(retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
      }
    }
    slot.state = 'stopped';
  }

  #halt(slot: Slot, error: Error): void {
    slot.state = 'halted';
    slot.reason = error.message;
    this.context.log.error({ task: slot.runnable.name, reason: error.message }, 'task halted: going on would lose something');
  }

  #recover(slot: Slot, error: Error): void {
    slot.state = 'recovering';
    slot.reason = error.message;
    this.context.metrics.recovered(slot.runnable.name);
    this.context.log.warn({ task: slot.runnable.name, reason: error.message, err: error }, 'task starts again from its last frame');
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }

  /** One after the other, and never failing: the board is advisory. */
  #post(): Promise<void> {
    this.#posting = this.#posting.then(async () => {
      try {
        for (const status of this.statuses()) await this.context.board.post(status);
      } catch (error) {
        this.context.log.warn({ reason: (error as Error).message }, 'task status not posted');
      }
    });
    return this.#posting;
  }
}
