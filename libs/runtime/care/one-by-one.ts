/** Work that is done one piece after the other, in the order in which it was asked for; one that fails does not hold up the next. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  do<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
