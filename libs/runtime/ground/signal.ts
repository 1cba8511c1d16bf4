/** A signal one loop waits on: `notify` wakes it, also when it came first. */
export class Signal {
  #set = false;
  #wake: (() => void) | undefined;

  readonly notify = (): void => {
    this.#set = true;
    this.#wake?.();
  };

  /** Resolves at the next notify (or at once when one is pending), at the latest after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#set) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#set = false;
  }
}
