/** The skeleton of every task: it opens a session by reading where it stands, turns until it is stopped or has nothing left to do, and settles. */
import type { Measures, Runnable, TaskFacts } from './task-status.js';
import { Waits } from './waits.js';

/** All that a task holds from one opening to the next. What fails is thrown, and what it did not store goes with the session. */
export interface TaskSession {
  /** Nothing is left to do as it was opened: the task is opened anew. */
  readonly done: boolean;
  /** A bounded piece of work, or of waiting for some. */
  turn(stop: AbortSignal): Promise<void>;
  /** After the last turn, unless one failed: stores what is at hand, if that helps whoever goes on. The reason of `stop` is an `EndReason`. */
  settle(stop: AbortSignal): Promise<void>;
  /** In any case, at last: nothing of it is under way any more. */
  close(): Promise<void>;
  /** The task is to stop: a turn that waits ends. */
  wake(): void;
  /** The client has reached a server again. */
  onReconnect(): void;
}

export abstract class SessionTask<Session extends TaskSession> implements Runnable {
  abstract readonly name: string;
  #latest: Session | undefined;
  #isOpen = false;

  /** Reads where the task stands. What it has begun when it fails, it ends itself. @throws HaltError when the task cannot go on without losing or repeating something */
  protected abstract open(stop: AbortSignal, waits: Waits): Promise<Session>;
  abstract status(): TaskFacts;
  abstract measure(): Measures;

  /** The session that is open. */
  protected get session(): Session | undefined {
    return this.#isOpen ? this.#latest : undefined;
  }

  /** The session that is open or was last: what it has stored holds until the next one says more. */
  protected get latest(): Session | undefined {
    return this.#latest;
  }

  async run(stop: AbortSignal, waits = new Waits()): Promise<void> {
    const session = await this.open(stop, waits);
    [this.#latest, this.#isOpen] = [session, true];
    const wake = (): void => session.wake();
    stop.addEventListener('abort', wake);
    try {
      while (!stop.aborted && !session.done) await session.turn(stop);
      await session.settle(stop);
    } finally {
      stop.removeEventListener('abort', wake);
      await session.close();
      this.#isOpen = false;
    }
  }

  onReconnect(): void {
    this.session?.onReconnect();
  }
}
