/** Runs the tasks of a process: starts them again after failures, keeps halted ones down, and posts their status. */
import { TableHaltedError } from '#lake/ground/lake-errors';
import { HaltError } from '#nats/ground/halt-error';
import type { TaskReading } from '#telemetry/task-gauges';
import { pause } from '../ground/pause.js';
import { isOfInput, reasonOf } from '../ground/safe-error.js';
import type { EndReason, Runnable, TaskStatus } from '../ground/task-status.js';
import type { RuntimeContext } from './context.js';
import { neverFailed, openSlot, placeOf, readingOf, statusOf, type TaskSlot } from './task-slot.js';

const postEveryMs = 1_000;
/** Whether all that was posted is still there. */
const compareEveryMs = 10_000;
const retryMsMin = 100;
const retryMsMax = 5_000;
/** A task that ran this long had recovered: its next failure is a new one. */
const stableMs = 10_000;
/** What fails so often in the same way on the same input will not get better: the task halts, after about 10 s. */
const sameFailuresMax = 8;
/**
 * In a cluster, a reason to halt must stay true for so long: a former leader of a stream that is cut off answers from what it had
 * until it notices, and a follower that is behind delivers from where it is (nats-server, raft.go: lostQuorumInterval is 10 s).
 */
const doubtMs = 20_000;

export class TaskHost {
  readonly #runnables: ReadonlyMap<string, Runnable>;
  /** The tasks that this process runs. */
  readonly #slots = new Map<string, TaskSlot>();
  readonly #timer: NodeJS.Timeout;
  #posting = false;
  #nextCompareMs = 0;

  /** @param runnables what this process can run */
  constructor(
    private readonly context: RuntimeContext,
    runnables: readonly Runnable[],
  ) {
    this.#runnables = new Map(runnables.map((runnable) => [runnable.name, runnable]));
    this.#timer = setInterval(() => void this.#postAll(), postEveryMs);
  }

  /** Tasks that were started and have not ended, halted ones among them. */
  get running(): ReadonlySet<string> {
    return new Set(this.#slots.keys());
  }

  run(task: string): void {
    const runnable = this.#runnables.get(task);
    if (!runnable || this.#slots.has(task)) return;
    const slot = openSlot(runnable, this.context);
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
    return [...this.#slots.values()].map((slot) => statusOf(slot, this.context));
  }

  /** What the metrics show of each task. */
  readings(): TaskReading[] {
    return [...this.#slots.values()].map((slot) => readingOf(slot, this.context));
  }

  onReconnect(): void {
    for (const { runnable } of this.#slots.values()) runnable.onReconnect();
  }

  async #keepRunning(slot: TaskSlot): Promise<void> {
    let retryMs = retryMsMin;
    const { signal } = slot.stop;
    while (!signal.aborted) {
      const startedMs = this.context.now();
      slot.waits.begins();
      try {
        await slot.runnable.run(signal, slot.waits);
      } catch (error) {
        if (signal.aborted) break;
        if (this.#isHalt(slot, error, startedMs)) return this.#halt(slot, error as Error);
        const isNew = this.context.now() - startedMs > stableMs;
        if (this.#count(slot, error, isNew) >= sameFailuresMax)
          return this.#halt(
            slot,
            new HaltError(`it has failed ${sameFailuresMax} times on the same input: ${reasonOf(error)}`),
          );
        if (slot.failed.times === 1) retryMs = retryMsMin;
        this.#recover(slot, error as Error);
        await pause(retryMs, signal);
        retryMs = Math.min(retryMs * 2, retryMsMax);
      }
    }
    slot.state = 'stopped';
  }

  /**
   * @returns how often the task has failed in a row because of what it read, without getting on. An outage of others in between neither counts nor
   * starts anew. @param isNew it had run for long enough to have recovered from its last failure
   */
  #count(slot: TaskSlot, error: unknown, isNew: boolean): number {
    const at = placeOf(slot.runnable);
    const { times, byInput } = slot.failed.at === at ? slot.failed : neverFailed;
    slot.failed = { at, times: isNew ? 1 : times + 1, byInput: byInput + Number(isOfInput(error)) };
    return slot.failed.byInput;
  }

  /**
   * Whether the task must stay down: where streams have one copy, when a second attempt is told so too, for a process that slept may find its old
   * reading behind what others have trimmed meanwhile; else when it has been told so for long enough.
   */
  #isHalt(slot: TaskSlot, error: unknown, startedMs: number): boolean {
    const { config, now } = this.context;
    if (error instanceof TableHaltedError) return true;
    if (now() - startedMs > stableMs || !(error instanceof HaltError)) slot.haltsSinceMs = undefined;
    if (!(error instanceof HaltError)) return false;
    const again = slot.haltsSinceMs !== undefined;
    slot.haltsSinceMs ??= now();
    return config.streamReplicas === 1 ? again : now() - slot.haltsSinceMs >= doubtMs;
  }

  #halt(slot: TaskSlot, error: Error): void {
    slot.state = 'halted';
    slot.halt = { reason: reasonOf(error), sinceMs: this.context.now() };
    this.context.log.error(
      { task: slot.runnable.name, reason: slot.halt.reason },
      'task halted: going on would lose something',
    );
  }

  #recover(slot: TaskSlot, error: Error): void {
    slot.waits.failed(error, slot.runnable.status().inputs);
    this.context.metrics.recovered(slot.runnable.name);
    this.context.log.warn(
      { task: slot.runnable.name, reason: reasonOf(error), err: error },
      'task starts again from its last frame',
    );
  }

  async #postAll(): Promise<void> {
    if (this.#posting) return;
    this.#posting = true;
    await this.#compare();
    await Promise.all([...this.#slots.values()].map((slot) => this.#post(slot)));
    this.#posting = false;
  }

  /** Never fails, as `#post`. */
  async #compare(): Promise<void> {
    const nowMs = this.context.now();
    if (nowMs < this.#nextCompareMs) return;
    const failure = await this.context.board.compare().then(
      () => undefined,
      (error: Error) => error,
    );
    if (!failure) this.#nextCompareMs = nowMs + compareEveryMs;
    for (const { waits } of this.#slots.values()) waits.of('the board of tasks')(failure);
  }

  /** Never fails: the board is advisory. What is not posted for long shows as a wait, for others then cannot trim. */
  async #post(slot: TaskSlot): Promise<void> {
    try {
      await this.context.board.post(statusOf(slot, this.context));
      slot.waits.works('its status');
    } catch (error) {
      slot.waits.fails('its status', error);
      this.context.log.warn({ task: slot.runnable.name, reason: reasonOf(error) }, 'task status not posted');
    }
  }
}
