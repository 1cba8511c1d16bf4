/** What has to be undone at the end of a run, the newest first, whatever happened. */

export class Cleanup {
  readonly #todo: (() => unknown)[] = [];
  #running: Promise<void> | undefined;

  /** @param undo may take its time: what it promises is waited for */
  add(undo: () => unknown): void {
    this.#todo.push(undo);
  }

  /** Undoes all, once; a failure of one does not keep the others. */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    for (let undo = this.#todo.pop(); undo; undo = this.#todo.pop()) {
      try {
        await undo();
      } catch (error) {
        process.stderr.write(`while cleaning up: ${String(error)}\n`);
      }
    }
  }
}
