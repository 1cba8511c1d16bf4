/** What has to be undone at the end of a run, the newest first, whatever happened. */

export class Cleanup {
  readonly #todo: Array<() => Promise<unknown> | void> = [];
  #running: Promise<void> | undefined;

  add(undo: () => Promise<unknown> | void): void {
    this.#todo.push(undo);
  }

  /** Undoes all, once; a failure of one does not keep the others. */
  run(): Promise<void> {
    return (this.#running ??= this.#run());
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
