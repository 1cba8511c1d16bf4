/** What a client tells about its connection, as an endless iteration that many may follow. */
import type { Status } from '@nats-io/transport-node';

export class StatusFeed implements AsyncIterable<Status> {
  #next = Promise.withResolvers<Status | undefined>();

  push(status: Status): void {
    this.#move(status);
  }

  end(): void {
    this.#move(undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Status> {
    for (let waiting = this.#next; ; waiting = this.#next) {
      const status = await waiting.promise;
      if (status === undefined) return;
      yield status;
    }
  }

  #move(status: Status | undefined): void {
    const told = this.#next;
    this.#next = Promise.withResolvers();
    told.resolve(status);
  }
}
