/** The board of tasks: every task's status, mirrored through a key-value bucket, so that each process sees all of them. */
import type { KV } from '#nats/buckets';
import type { TaskStatus } from './task-status.js';

export class TaskBoard {
  readonly #seen = new Map<string, TaskStatus>();
  readonly #written = new Map<string, string>();
  #watching: { stop(): void } | undefined;

  constructor(private readonly kv: KV) {}

  /** Follows the bucket; resolves when the present values are known. */
  async watch(): Promise<void> {
    const iterator = await this.kv.watch();
    this.#watching = iterator;
    let initialized: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (initialized = resolve));
    if ((await this.kv.status()).values === 0) initialized();
    void (async () => {
      for await (const entry of iterator) {
        if (entry.operation === 'PUT') this.#seen.set(entry.key, entry.json<TaskStatus>());
        else this.#seen.delete(entry.key);
        if (entry.delta === 0) initialized();
      }
    })();
    await ready;
  }

  /** Writes a status unless it says what was last written, apart from the time. */
  async post(status: TaskStatus): Promise<void> {
    const { updatedMs: _, ...facts } = status;
    const text = JSON.stringify(facts);
    if (this.#written.get(status.task) === text) return;
    await this.kv.put(status.task, JSON.stringify(status));
    this.#written.set(status.task, text);
  }

  get(task: string): TaskStatus | undefined {
    return this.#seen.get(task);
  }

  all(): TaskStatus[] {
    return [...this.#seen.values()];
  }

  close(): void {
    this.#watching?.stop();
  }
}
