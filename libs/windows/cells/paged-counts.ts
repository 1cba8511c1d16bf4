/** Counts by number, in pages: growing never copies what is there. */

const pageRows = 1024;

export class PagedCounts {
  readonly #pages: Uint32Array[] = [];

  at(id: number): number {
    return this.#pages[Math.floor(id / pageRows)]?.[id % pageRows] ?? 0;
  }

  increment(id: number): void {
    const page = Math.floor(id / pageRows);
    while (this.#pages.length <= page) this.#pages.push(new Uint32Array(pageRows));
    this.#pages[page]![id % pageRows]! += 1;
  }
}
