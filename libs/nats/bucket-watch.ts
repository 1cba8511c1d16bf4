/** Follows a bucket: every entry as it is, then every change, in the order of the bucket's stream. */
import type { Msg } from '@nats-io/transport-node';
import { bucketStream, keySubject } from '#frame/log-name';
import type { BucketEntry } from './bucket.js';
import type { Nats } from './connection.js';
import { StreamReader } from './stream-reader.js';
import { lastSeqOf } from './streams.js';

const BATCH_ENTRIES = 500;
const BATCH_BYTES = 1024 * 1024;

export class BucketWatch {
  readonly #prefix: string;
  readonly #reader: StreamReader;
  /** Sequence of the newest entry when reading began. */
  #newest = Number.POSITIVE_INFINITY;
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
          // The newest entry itself may be gone by now, and then nothing waits; but servers before 2.10 also count as waiting what
          // was replaced before they could deliver it, so that their count may never come down.
          if (seq >= this.#newest || pending === 0) this.#ready();
        },
        hasRoom: () => true,
        onError: () => undefined,
        beforeOpen: () => this.#findNewest(),
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

  async #findNewest(): Promise<void> {
    this.#newest = await lastSeqOf(this.nats, bucketStream(this.bucket), `${this.#prefix}>`);
    if (this.#newest === 0) this.#ready();
  }

  #receive(message: Msg, revision: number): void {
    if (message.headers?.has('KV-Operation')) return;
    this.onEntry({ key: message.subject.slice(this.#prefix.length), value: message.data, revision });
  }
}
