/** Lines of services as they are, for machines: JSON lines on standard output, other words on standard error. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '#stages/topology/topology';
import type { Display } from './display.js';
import type { ServiceOutput } from './service-output.js';

/** Characters that may wait for a reader who is slower than the services; they must not stand still for it. */
const waitingMax = 8 * 1024 * 1024;
const flushMsMax = 2_000;

export class StreamOutput implements ServiceOutput {
  readonly showsAtOnce = true;
  readonly #left = new AbortController();
  #lost = 0;

  constructor(
    private readonly out: NodeJS.WritableStream,
    private readonly display: Display,
  ) {
    out.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
  }

  /** Raised when whoever read the lines is gone. */
  get readerLeft(): AbortSignal {
    return this.#left.signal;
  }

  line(_service: Service, from: 'stdout' | 'stderr', text: string): void {
    if (from === 'stderr') this.display.say(text);
    else if (!this.out.writable || (this.out as NodeJS.WriteStream).writableLength > waitingMax) this.#lost += 1;
    else this.out.write(`${text}\n`);
  }

  ready(): void {
    // Nothing was held back.
  }

  async close(): Promise<void> {
    const flushed = new Promise<void>((resolve) =>
      this.out.writable ? this.out.write('', () => resolve()) : resolve(),
    );
    await Promise.race([flushed, sleep(flushMsMax, undefined, { ref: false })]);
    if (this.#lost > 0 && !this.#left.signal.aborted)
      this.display.say(`${this.#lost} JSON lines were left out: standard output did not take them`);
  }

  #failed({ code, message }: NodeJS.ErrnoException): void {
    if (code === 'EPIPE') this.#left.abort();
    else if (this.#lost === 0)
      this.display.warn(
        'warning',
        `JSON lines cannot be written to standard output, the services run on without it: ${message}`,
      );
    this.#lost += 1;
  }
}
