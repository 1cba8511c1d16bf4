/** The ids that one task has noted: hashed under a key of its own, in order of arrival, and found by their hashes. */
import type { Pieces } from '#frame/step';
import { hashId, hashWords, idKey } from './id-hash.js';
import { IdIndex } from './id-index.js';
import { IdLog } from './id-log.js';

export class IdBook {
  /** Of the id that was looked for last. */
  readonly #hash = new Uint32Array(hashWords);

  private constructor(
    readonly key: string,
    private readonly log: IdLog,
    private readonly index: IdIndex,
  ) {}

  /** @param secret what producers do not know, and what is the same whenever this state is built again */
  static begin(secret: string): IdBook {
    const log = new IdLog();
    return new IdBook(idKey(secret), log, new IdIndex(log));
  }

  /** Works in pieces of about 10 ms, one for each `yield`. The parts become the memory of the book: do not change them. @throws UnreadableStateError */
  static *restore(key: string, parts: readonly Uint8Array[]): Pieces<IdBook> {
    const log = new IdLog();
    const loaded: ReturnType<IdLog['load']>[] = [];
    for (const part of parts) {
      loaded.push(log.load(part));
      yield undefined;
    }
    const index = new IdIndex(log, log.count);
    for (const { first, count } of loaded) {
      for (let entry = 0; entry < count; entry++) index.addFrom(first + entry);
      yield undefined;
    }
    return new IdBook(key, log, index);
  }

  get count(): number {
    return this.log.count;
  }

  get bytes(): number {
    return this.log.bytes + this.index.bytes;
  }

  /** Arrival of the newest id, epoch ms; -Infinity: there has been none. */
  get newestMs(): number {
    return this.log.newestMs;
  }

  /** When an id arrived, epoch ms; undefined: it is not noted. */
  arrivedMs(id: string): number | undefined {
    hashId(this.key, id, this.#hash);
    return this.index.arrivedMs(this.#hash);
  }

  /** Notes the id that was looked for last, and is not noted or was forgotten. @param nowMs not before the newest arrival */
  note(nowMs: number): void {
    this.index.add(this.log.append(this.#hash, nowMs), this.#hash);
  }

  forgetBefore(ms: number): void {
    this.log.forgetBefore(ms);
  }

  /** Parts that did not change are the same objects as before: all but the last, of at most 1.3 MB. */
  parts(): Uint8Array[] {
    return this.log.parts();
  }
}
