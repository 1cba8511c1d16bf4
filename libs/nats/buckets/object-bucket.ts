/** Content-addressed objects of any size in a key-value bucket: state snapshots, and events too large for a frame. */
import type { Bucket } from '../ground/bucket.js';
import { HaltError } from '../ground/halt-error.js';
import { mapFew } from '../ground/map-few.js';
import { chunksOf, type LargeManifest, type Manifest, withinName } from './object-names.js';
import { ObjectShelf, partsAtOnceMax } from './object-shelf.js';

/** Objects of any size under the hash of their bytes, stored in chunks a message can hold. */
export class ObjectBucket {
  constructor(
    private readonly bucket: Bucket,
    private readonly chunkBytesMax: number,
  ) {}

  /** A place for objects of one writer. @param prefix nobody else writes under it */
  shelf(prefix: string): ObjectShelf {
    return new ObjectShelf(this.bucket, this.chunkBytesMax, prefix);
  }

  /** The parts in memory of their own: whoever asks may keep them. @throws HaltError when some of them are missing */
  async getParts<Facts>(key: string): Promise<{ parts: Uint8Array[]; facts: Facts } | undefined> {
    const manifest = await this.#manifest<Facts>(key);
    return (
      manifest && {
        parts: await mapFew(manifest.parts, partsAtOnceMax, (name) => this.#getPart(name)),
        facts: manifest.facts,
      }
    );
  }

  /** Whether all of an object is there. */
  async stands(key: string): Promise<boolean> {
    const manifest = await this.#manifest(key).catch((error: Error) =>
      error instanceof HaltError ? undefined : Promise.reject(error),
    );
    if (!manifest) return false;
    const there = new Set(await this.bucket.keys(`${key.slice(0, key.lastIndexOf('.'))}.>`));
    return manifest.chunks.every((chunk) => there.has(chunk));
  }

  /** Keys of objects and of their chunks that match a filter, e.g. `task.*`. */
  keys(filter: string): Promise<string[]> {
    return this.bucket.keys(filter);
  }

  /** Deletes an object with its chunks, which must be its own. Succeeds when it is absent. */
  async remove(key: string): Promise<void> {
    const manifest = await this.#manifest(key);
    if (!manifest) return;
    for (const chunk of manifest.chunks) await this.bucket.remove(chunk);
    await this.bucket.remove(key);
  }

  /** Deletes the objects that match `filter` of every prefix but `prefix` under which nothing was written since the object `key`. */
  async sweepBefore(key: string, filter: string, prefix: string): Promise<void> {
    const object = await this.bucket.get(key);
    if (!object) return;
    const prefixes = new Set((await this.bucket.keys(filter)).map((other) => other.slice(0, other.lastIndexOf('.'))));
    for (const other of prefixes) {
      if (other === prefix) continue;
      const newest = await this.bucket.newest(`${other}.*`);
      // 0 is said by a server that is behind.
      if (newest > 0 && newest < object.revision) await this.bucket.remove(`${other}.*`);
    }
  }

  async #getPart(name: string): Promise<Uint8Array> {
    const within = withinName(name);
    if (within) return within;
    const chunks = await Promise.all(chunksOf(name).map((key) => this.#getChunk(key)));
    // A message is a piece of the memory of a read, which would be kept as long as the part.
    return Buffer.concat(chunks);
  }

  async #getChunk(key: string): Promise<Uint8Array> {
    const entry = await this.bucket.get(key);
    if (!entry)
      throw new HaltError(
        `object ${key} is missing from the objects bucket: somebody deleted it, and what it belongs to cannot be restored`,
      );
    return entry.value;
  }

  /** @returns undefined when there is no such object */
  async #manifest<Facts>(key: string): Promise<(Manifest<Facts> & { readonly chunks: readonly string[] }) | undefined> {
    const entry = await this.bucket.get(key);
    if (!entry) return undefined;
    const root = decode<Manifest<Facts> | LargeManifest>(entry.value);
    const manifest = 'rest' in root ? decode<Manifest<Facts>>(await this.#getPart(root.rest)) : root;
    return { ...manifest, chunks: [...('rest' in root ? [root.rest] : []), ...manifest.parts].flatMap(chunksOf) };
  }
}

function decode<Value>(bytes: Uint8Array): Value {
  return JSON.parse(Buffer.from(bytes).toString()) as Value;
}
