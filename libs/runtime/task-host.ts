/** Runs the tasks of a process: starts them again after failures, keeps halted ones down, and posts their status. */
import { HaltError } from '#nats/log-reader';
import { TableHaltedError } from '#lake/lake-errors';
import type { RuntimeContext } from './context.js';
import { pause } from './pause.js';
import type { EndReason, Runnable, TaskState, TaskStatus } from './task-status.js';

const POST_EVERY_MS = 1_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
/** A task that ran this long had recovered: its next failure is a new one. */
const STABLE_MS = 10_000;

interface Slot {
  readonly runnable: Runnable;
  state: TaskState;
  reason: string | undefined;
  readonly stop: AbortController;
  ended: Promise<void>;
}

export class TaskHost {
  readonly #runnables: ReadonlyMap<string, Runnable>;
  /** The tasks that this process runs. */
  readonly #slots = new Map<string, Slot>();
  readonly #timer: NodeJS.Timeout;
  #posting = false;

  /** @param runnables what this process can run */
  constructor(private readonly context: RuntimeContext, runnables: readonly Runnable[]) {
    this.#runnables = new Map(runnables.map((runnable) => [runnable.name, runnable]));
    this.#timer = setInterval(() => void this.#postAll(), POST_EVERY_MS);
  }

  /** Tasks that were started and have not ended, halted ones among them. */
  get running(): ReadonlySet<string> {
    return new Set(this.#slots.keys());
  }

  run(task: string): void {
    const runnable = this.#runnables.get(task);
    if (!runnable || this.#slots.has(task)) return;
    const slot: Slot = { runnable, state: 'starting', reason: undefined, stop: new AbortController(), ended: Promise.resolve() };
    this.#slots.set(task, slot);
    slot.ended = this.#keepRunning(slot);
  }

  /** Ends a task after its current step, and posts where it stands unless another process does so by now. */
  async end(task: string, why: EndReason): Promise<void> {
    const slot = this.#slots.get(task);
    if (!slot) return;
    slot.stop.abort(why);
    await slot.ended;
    if (why === 'released') await this.#post(slot);
    this.#slots.delete(task);
  }

  /** Ends all tasks. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#slots.keys()].map((task) => this.end(task, 'released')));
  }

  statuses(): TaskStatus[] {
    return [...this.#slots.values()].map((slot) => this.#statusOf(slot));
  }

  #statusOf({ runnable, state, reason }: Slot): TaskStatus {
    return { ...runnable.status(), owner: this.context.config.instance, state, ...(reason !== undefined && { reason }), updatedMs: this.context.now() };
  }

  onReconnect(): void {
    for (const { runnable } of this.#slots.values()) runnable.onReconnect();
  }

  async #keepRunning(slot: Slot): Promise<void> {
    let retryMs = RETRY_MS_MIN;
    const { signal } = slot.stop;
    while (!signal.aborted) {
      const startedMs = this.context.now();
      try {
        slot.state = 'running';
        slot.reason = undefined;
        await slot.runnable.run(signal);
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof HaltError || error instanceof TableHaltedError) return this.#halt(slot, error);
        if (this.context.now() - startedMs > STABLE_MS) retryMs = RETRY_MS_MIN;
        this.#recover(slot, error as Error);
        await pause(retryMs, signal);
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

  async #postAll(): Promise<void> {
    if (this.#posting) return;
    this.#posting = true;
    await Promise.all([...this.#slots.values()].map((slot) => this.#post(slot)));
    this.#posting = false;
  }

  /** Never fails: the board is advisory. */
  async #post(slot: Slot): Promise<void> {
    try {
      await this.context.board.post(this.#statusOf(slot));
    } catch (error) {
      this.context.log.warn({ task: slot.runnable.name, reason: (error as Error).message }, 'task status not posted');
    }
  }
}
