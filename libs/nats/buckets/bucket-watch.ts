/** Follows a bucket: every entry as it is, then every change, in the order of the bucket's stream. */
import type { Msg } from '@nats-io/transport-node';
import { bucketStream, keySubject } from '#frame/log-name';
import type { Bucket, BucketEntry } from '../ground/bucket.js';
import type { Nats } from '../ground/nats.js';
import { NatsLimitError } from '../ground/nats-limit-error.js';
import { StreamReader } from '../messages/stream-reader.js';
import { newestSeqOf } from '../streams/get-message.js';
import { streamInfo } from '../streams/stream-info.js';

const batchEntries = 500;
const batchBytes = 1024 * 1024;

export class BucketWatch {
  readonly #prefix: string;
  readonly #stream: string;
  #reader: StreamReader;
  /** Incarnation of the bucket that is read. */
  #created: string | undefined;
  /** Sequence of the newest entry when reading began. */
  #newest = Infinity;
  #ready: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  /** Resolves when the entries that were there at first are known; rejects with a NatsLimitError when no more readers are allowed: a start must not hang. */
  readonly ready = new Promise<void>((resolve, reject) => ([this.#ready, this.#fail] = [resolve, reject]));

  /**
   * @param onEntry gets every entry, also those this process wrote; deleted ones are not told
   * @param onBadEntry told of an entry on which `onEntry` threw, or that is none: it is left out, and the next one comes
   * @param onRemade called when the bucket was deleted and made again: what was told before is no longer there
   */
  constructor(
    private readonly nats: Nats,
    private readonly bucket: Pick<Bucket, 'name' | 'incarnation'>,
    private readonly onEntry: (entry: BucketEntry) => void,
    private readonly onBadEntry: (error: Error) => void,
    private readonly onRemade: () => void = () => undefined,
  ) {
    this.#prefix = keySubject(bucket.name, '');
    this.#stream = bucketStream(bucket.name);
    this.ready.catch(() => undefined);
    this.#reader = this.#read();
  }

  /** Call it after a reconnect: what was asked of the server before is forgotten. */
  reopen(): void {
    this.#reader.reopen();
  }

  close(): void {
    this.#reader.close();
    this.#ready();
  }

  #read(): StreamReader {
    return new StreamReader(
      this.nats,
      { stream: this.#stream, startSeq: 1, batchMessages: batchEntries, batchBytes: batchBytes },
      {
        onMessage: (message, { seq, pending }) => {
          this.#receive(message, seq);
          // The newest entry itself may be gone by now, and then nothing waits; but servers before 2.10 also count as waiting what
          // was replaced before they could deliver it, so that their count may never come down.
          if (seq >= this.#newest || pending === 0) this.#ready();
        },
        hasRoom: () => true,
        onError: (error) => error instanceof NatsLimitError && this.#fail(error),
        onFailure: (error) => this.onBadEntry(error),
        beforeOpen: () => this.#look(),
      },
    );
  }

  /** A bucket that was made again counts its entries from 1: a reader that goes on would miss them. */
  async #look(): Promise<void> {
    let created = (await streamInfo(this.nats, this.#stream))?.created;
    // Whoever starts waits for what is in it: somebody has to make it again.
    if (created === undefined) {
      await this.bucket.incarnation();
      created = (await streamInfo(this.nats, this.#stream))?.created;
    }
    const isRemade = created !== undefined && this.#created !== undefined && String(created) !== this.#created;
    if (created !== undefined) this.#created = String(created);
    if (isRemade) {
      this.#reader.close();
      this.onRemade();
      this.#reader = this.#read();
      return;
    }
    this.#newest = await newestSeqOf(this.nats, this.#stream, []);
    if (this.#newest === 0) this.#ready();
  }

  #receive(message: Msg, revision: number): void {
    try {
      if (message.headers?.has('KV-Operation')) return;
      this.onEntry({ key: message.subject.slice(this.#prefix.length), value: message.data, revision });
    } catch (thrown) {
      this.onBadEntry(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }
}
