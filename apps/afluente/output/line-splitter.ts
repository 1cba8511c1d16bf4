/** Lines out of chunks of bytes that are cut anywhere. */
import { StringDecoder } from 'node:string_decoder';

/** A program that never ends its line must not fill our memory: then a line is ended for it. */
const lengthMax = 256 * 1024;

export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** @param told a line without its end */
  constructor(private readonly told: (line: string) => void) {}

  add(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.told(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (this.#rest.length > lengthMax) this.#endLine();
  }

  /** What has no end of its own. */
  end(): void {
    this.#rest += this.#decoder.end();
    if (this.#rest !== '') this.#endLine();
  }

  #endLine(): void {
    this.told(this.#rest);
    this.#rest = '';
  }
}
