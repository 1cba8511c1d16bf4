/** The board of tasks: every task's status, mirrored through a key-value bucket, so that each process sees all of them. */

import { BucketWatch } from '#nats/buckets/bucket-watch';
import type { Bucket } from '#nats/ground/bucket';
import type { Nats } from '#nats/ground/nats';
import type { TaskStatus } from './task-status.js';

const postTimeoutMs = 2_000;

export class TaskBoard {
  readonly #seen = new Map<string, TaskStatus>();
  #watch: BucketWatch | undefined;

  constructor(
    private readonly nats: Nats,
    private readonly bucket: Bucket,
  ) {}

  /** Follows the bucket; resolves when the present values are known. */
  async watch(): Promise<void> {
    // What cannot be read says nothing of a task; its owner writes it anew.
    this.#watch = new BucketWatch(
      this.nats,
      this.bucket,
      ({ key, value }) => this.#seen.set(key, parse(value)),
      () => undefined,
      () => this.#seen.clear(),
    );
    await this.#watch.ready;
  }

  /** Writes a status unless it says what the board shows, apart from the time. */
  async post(status: TaskStatus): Promise<void> {
    const shown = this.#seen.get(status.task);
    if (shown && factsOf(shown) === factsOf(status)) return;
    await this.bucket.put(status.task, JSON.stringify(status), postTimeoutMs);
  }

  /** Forgets what others have deleted from the bucket, so that its owner posts it again. @throws StreamSetupError when the bucket loses entries by itself */
  async compare(): Promise<void> {
    const seen = [...this.#seen.keys()];
    const there = new Set(await this.bucket.keys('>'));
    for (const task of seen) if (!there.has(task)) this.#seen.delete(task);
  }

  /** The status as the bucket has it now. */
  async read(task: string): Promise<TaskStatus | undefined> {
    const entry = await this.bucket.get(task);
    return entry && parse(entry.value);
  }

  get(task: string): TaskStatus | undefined {
    return this.#seen.get(task);
  }

  all(): TaskStatus[] {
    return [...this.#seen.values()];
  }

  /** Call it after a reconnect. */
  reopen(): void {
    this.#watch?.reopen();
  }

  close(): void {
    this.#watch?.close();
  }
}

function parse(value: Uint8Array): TaskStatus {
  return JSON.parse(Buffer.from(value).toString()) as TaskStatus;
}

function factsOf({ updatedMs: _, ...facts }: TaskStatus): string {
  return JSON.stringify(facts);
}
