/** What one writer stores in a bucket of objects, and clears away again without asking what there is. */
import { createHash } from 'node:crypto';
import type { Bucket } from '../ground/bucket.js';
import { mapFew } from '../ground/map-few.js';
import { chunksOf, isWithin, type LargeManifest, type Manifest, nameOfChunks, nameWithin } from './object-names.js';

/** Parts on their way at a time, each with a few chunks: states are large, and memory and heartbeats must not feel it. */
export const partsAtOnceMax = 4;

export class ObjectShelf {
  /** Names of parts that were stored in chunks. */
  readonly #named = new WeakMap<Uint8Array, string>();
  /** Whatever was put, also without an answer. */
  readonly #keys = new Set<string>();
  /** Chunks of each object. */
  readonly #chunks = new Map<string, readonly string[]>();

  constructor(
    private readonly bucket: Bucket,
    private readonly chunkBytesMax: number,
    private readonly prefix: string,
  ) {}

  /** Stores `parts` unless they are there, then a manifest naming them. @returns the manifest's key */
  async put(parts: readonly Uint8Array[], facts: object): Promise<string> {
    // Others may have deleted them, emptied the bucket, or set it to lose what it holds.
    const there = new Set(await this.bucket.keys(`${this.prefix}.>`));
    const names = await mapFew(parts, partsAtOnceMax, (part) => this.#putPart(part, there));
    const manifest = encode({ parts: names, facts });
    const rest = manifest.byteLength > this.chunkBytesMax ? await this.#putChunks(manifest) : undefined;
    const root = rest === undefined ? manifest : encode({ rest });
    const key = await this.#put(root);
    this.#chunks.set(key, [...names, ...(rest === undefined ? [] : [rest])].flatMap(chunksOf));
    return key;
  }

  /** Deletes all but the object `kept`. @throws when the bucket does not answer; what is left goes next time */
  async sweep(kept: string): Promise<void> {
    const chunks = this.#chunks.get(kept);
    if (!chunks) return;
    const needed = new Set([kept, ...chunks]);
    for (const key of this.#keys) {
      if (needed.has(key)) continue;
      await this.bucket.remove(key);
      this.#keys.delete(key);
      this.#chunks.delete(key);
    }
  }

  /** @returns the name of the part */
  async #putPart(part: Uint8Array, there: ReadonlySet<string>): Promise<string> {
    if (isWithin(part)) return nameWithin(part);
    const known = this.#named.get(part);
    if (known !== undefined && chunksOf(known).every((key) => there.has(key))) return known;
    const name = await this.#putChunks(part);
    this.#named.set(part, name);
    return name;
  }

  async #putChunks(part: Uint8Array): Promise<string> {
    const keys: string[] = [];
    for (let at = 0; at < part.byteLength; at += this.chunkBytesMax)
      keys.push(await this.#put(part.subarray(at, at + this.chunkBytesMax)));
    return nameOfChunks(keys);
  }

  async #put(bytes: Uint8Array): Promise<string> {
    const key = `${this.prefix}.${hashOf(bytes)}`;
    this.#keys.add(key);
    await this.bucket.put(key, bytes);
    return key;
  }
}

function encode(manifest: Manifest<object> | LargeManifest): Buffer {
  return Buffer.from(JSON.stringify(manifest));
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 40);
}
