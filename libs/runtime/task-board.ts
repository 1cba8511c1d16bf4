/** The board of tasks: every task's status, mirrored through a key-value bucket, so that each process sees all of them. */
import type { Bucket } from '#nats/bucket';
import { BucketWatch } from '#nats/bucket-watch';
import type { Nats } from '#nats/connection';
import type { TaskStatus } from './task-status.js';

const POST_TIMEOUT_MS = 2_000;

export class TaskBoard {
  readonly #seen = new Map<string, TaskStatus>();
  #watch: BucketWatch | undefined;

  constructor(private readonly nats: Nats, private readonly bucket: Bucket) {}

  /** Follows the bucket; resolves when the present values are known. */
  async watch(): Promise<void> {
    this.#watch = new BucketWatch(this.nats, this.bucket.name, ({ key, value }) => this.#seen.set(key, JSON.parse(Buffer.from(value).toString()) as TaskStatus));
    await this.#watch.ready;
  }

  /** Writes a status unless it says what the board shows, apart from the time. */
  async post(status: TaskStatus): Promise<void> {
    const shown = this.#seen.get(status.task);
    if (shown && factsOf(shown) === factsOf(status)) return;
    await this.bucket.put(status.task, JSON.stringify(status), POST_TIMEOUT_MS);
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

function factsOf({ updatedMs: _, ...facts }: TaskStatus): string {
  return JSON.stringify(facts);
}
