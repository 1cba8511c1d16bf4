/** What must be in the lake, one line an event, on disk: a run of a million messages does not fit into memory. */
import { hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { HostileMessage } from './workload/hostile-message.js';

export interface Stored {
  readonly index: number;
  readonly kind: string;
  /** In the front stream of its source. */
  readonly seq: number;
  readonly message: HostileMessage;
}

/** Columns of the file, comma-separated, without a heading; texts are hashed or of our own making, so nothing needs quoting. */
export const ledgerColumns =
  "{'i': 'INTEGER', 'kind': 'VARCHAR', 'source': 'VARCHAR', 'seq': 'BIGINT', 'idx': 'INTEGER', 'becomes': 'VARCHAR', 'payload_md5': 'VARCHAR', 'subject_md5': 'VARCHAR', 'headers_md5': 'VARCHAR'}";

const flushChars = 1024 * 1024;

export class Ledger {
  readonly #file: number;
  #lines = '';

  constructor(readonly path: string) {
    this.#file = openSync(path, 'w');
  }

  add({ index, kind, seq, message }: Stored): void {
    const { source, subject, payload, headers, events } = message;
    const origin = `${typeof subject === 'string' ? hash('md5', subject) : ''},${headers.length === 0 ? '' : hash('md5', headersText(headers))}\n`;
    const line = (idx: number, becomes: string, bytes: Uint8Array | undefined): void => {
      this.#lines += `${index},${kind},${source},${seq},${idx},${becomes},${bytes === undefined ? '' : hash('md5', bytes)},${origin}`;
    };
    // A free mutation is at least one event.
    if (events === undefined) line(0, 'any', payload);
    else for (const [idx, { becomes, bytes }] of events.entries()) line(idx, becomes, bytes);
    if (this.#lines.length >= flushChars) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#lines);
    this.#lines = '';
  }
}

/** Headers as one text; none of ours holds a tab. */
export function headersText(headers: ReadonlyArray<readonly [string, string]>): string {
  return headers.map(([name, value]) => `${name}\t${value}`).join('\n');
}
