/** The first failure of a session, from whatever works beside its turns: the turn that waits ends, and throws it. */
import { Signal } from './signal.js';

export class FirstFailure {
  readonly signal = new Signal();
  #error: Error | undefined;

  get error(): Error | undefined {
    return this.#error;
  }

  readonly tell = (error: Error): void => {
    this.#error ??= error;
    this.signal.notify();
  };
}
