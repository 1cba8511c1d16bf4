/** Runs the tasks of a process: starts them again after failures, keeps halted ones down, and posts their status. */
import { HaltError } from '#nats/log-reader';
import { TableHaltedError } from '#lake/lake-errors';
import type { TaskReading } from '#telemetry/task-gauges';
import type { RuntimeContext } from './context.js';
import { pause } from './pause.js';
import { reasonOf } from './tellable-error.js';
import type { EndReason, Runnable, TaskState, TaskStatus } from './task-status.js';

const POST_EVERY_MS = 1_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
/** A task that ran this long had recovered: its next failure is a new one. */
const STABLE_MS = 10_000;
/**
 * In a cluster, a reason to halt must stay true for so long: a former leader of a stream that is cut off answers from what it had
 * until it notices, and a follower that is behind delivers from where it is (nats-server, raft.go: lostQuorumInterval is 10 s).
 */
const DOUBT_MS = 20_000;

interface Slot {
  readonly runnable: Runnable;
  state: TaskState;
  reason: string | undefined;
  /** Since when every attempt has ended with a reason to halt, epoch ms. */
  haltsSinceMs: number | undefined;
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
    const slot: Slot = { runnable, state: 'starting', reason: undefined, haltsSinceMs: undefined, stop: new AbortController(), ended: Promise.resolve() };
    this.#slots.set(task, slot);
    this.context.metrics.started(task);
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

  /** What the metrics show of each task. */
  readings(): TaskReading[] {
    return [...this.#slots.values()].map((slot) => this.#readingOf(slot));
  }

  #readingOf({ runnable, state }: Slot): TaskReading {
    const { task, idle, watermarkMs } = runnable.status();
    const { lag, streams, table } = runnable.measure();
    // The times are the server's: its clock may be ahead of ours.
    const seconds = lag.oldestMs === undefined ? 0 : Math.max(0, (this.context.now() - lag.oldestMs) / 1000);
    return { task, state, idle, watermarkMs, lag: { messages: lag.messages, events: lag.events, seconds }, streams, ...(table && { table }) };
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
        if (this.#isHalt(slot, error, startedMs)) return this.#halt(slot, error as Error);
        if (this.context.now() - startedMs > STABLE_MS) retryMs = RETRY_MS_MIN;
        this.#recover(slot, error as Error);
        await pause(retryMs, signal);
        retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
      }
    }
    slot.state = 'stopped';
  }

  /**
   * Whether the task must stay down: where streams have one copy, when a second attempt is told so too, for a process that slept may find its old
   * reading behind what others have trimmed meanwhile; else when it has been told so for long enough.
   */
  #isHalt(slot: Slot, error: unknown, startedMs: number): boolean {
    const { config, now } = this.context;
    if (error instanceof TableHaltedError) return true;
    if (now() - startedMs > STABLE_MS || !(error instanceof HaltError)) slot.haltsSinceMs = undefined;
    if (!(error instanceof HaltError)) return false;
    const again = slot.haltsSinceMs !== undefined;
    slot.haltsSinceMs ??= now();
    return config.streamReplicas === 1 ? again : now() - slot.haltsSinceMs >= DOUBT_MS;
  }

  #halt(slot: Slot, error: Error): void {
    slot.state = 'halted';
    slot.reason = reasonOf(error);
    this.context.log.error({ task: slot.runnable.name, reason: slot.reason }, 'task halted: going on would lose something');
  }

  #recover(slot: Slot, error: Error): void {
    slot.state = 'recovering';
    slot.reason = reasonOf(error);
    this.context.metrics.recovered(slot.runnable.name);
    this.context.log.warn({ task: slot.runnable.name, reason: slot.reason, err: error }, 'task starts again from its last frame');
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
      this.context.log.warn({ task: slot.runnable.name, reason: reasonOf(error) }, 'task status not posted');
    }
  }
}
