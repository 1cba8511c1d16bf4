/** Follows a bucket: every entry as it is, then every change, in the order of the bucket's stream. */
import type { Msg } from '@nats-io/transport-node';
import { bucketStream, keySubject, type BucketEntry } from './bucket.js';
import type { Nats } from './connection.js';
import { StreamReader } from './stream-reader.js';
import { streamInfo } from './streams.js';

const BATCH_ENTRIES = 500;
const BATCH_BYTES = 1024 * 1024;

export class BucketWatch {
  readonly #prefix: string;
  readonly #reader: StreamReader;
  #ready: () => void = () => undefined;
  /** Resolves when the entries that were there at first are known. */
  readonly ready = new Promise<void>((resolve) => (this.#ready = resolve));

  /** @param onEntry gets every entry, also those this process wrote; deleted ones are not told */
  constructor(private readonly nats: Nats, private readonly bucket: string, private readonly onEntry: (entry: BucketEntry) => void) {
    this.#prefix = keySubject(bucket, '');
    this.#reader = new StreamReader(
      nats,
      { stream: bucketStream(bucket), startSeq: 1, batchMessages: BATCH_ENTRIES, batchBytes: BATCH_BYTES },
      {
        onMessage: (message, { seq, pending }) => {
          this.#receive(message, seq);
          if (pending === 0) this.#ready();
        },
        hasRoom: () => true,
        onError: () => undefined,
        beforeOpen: () => this.#checkEmpty(),
      },
    );
  }

  /** Call it after a reconnect: what was asked of the server before is forgotten. */
  reopen(): void {
    this.#reader.reopen();
  }

  close(): void {
    this.#reader.close();
    this.#ready();
  }

  async #checkEmpty(): Promise<void> {
    if ((await streamInfo(this.nats, bucketStream(this.bucket)))?.state.messages === 0) this.#ready();
  }

  #receive(message: Msg, revision: number): void {
    if (message.headers?.has('KV-Operation')) return;
    this.onEntry({ key: message.subject.slice(this.#prefix.length), value: message.data, revision });
  }
}
