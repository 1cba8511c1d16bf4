/** Content-addressed objects of any size in a key-value bucket: state snapshots, and events too large for a frame. */
import { createHash } from 'node:crypto';
import type { Bucket } from '../ground/bucket.js';
import { HaltError } from '../ground/halt-error.js';
import { mapFew } from '../ground/map-few.js';

/** Parts on their way at a time, each with a few chunks: states are large, and memory and heartbeats must not feel it. */
const partsAtOnceMax = 4;

/** Objects of any size under the hash of their bytes, stored in chunks a message can hold. */
export class ObjectBucket {
  /** Parts that this process has stored, and where. */
  readonly #known = new WeakMap<Uint8Array, { readonly prefix: string; readonly name: string }>();

  constructor(
    private readonly bucket: Bucket,
    private readonly chunkBytesMax: number,
  ) {}

  /** Stores `parts` unless they are there, then a manifest naming them. @returns the manifest's key */
  async putParts(prefix: string, parts: readonly Uint8Array[], facts: object): Promise<string> {
    // Others may have deleted them, or emptied the bucket.
    const there = new Set(await this.bucket.keys(`${prefix}.>`));
    const names = await mapFew(parts, partsAtOnceMax, (part) => this.#putPart(prefix, part, there));
    const manifest = encode({ parts: names, facts });
    const fits = manifest.byteLength <= this.chunkBytesMax;
    const root = fits ? manifest : encode({ rest: await this.#putPart(prefix, manifest, there) });
    const key = `${prefix}.${hashOf(root)}`;
    await this.bucket.put(key, root);
    return key;
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

  /** Deletes what `prefix` holds and the manifests in `keep` do not name. */
  async sweep(prefix: string, keep: readonly string[]): Promise<void> {
    const kept = new Set<string>(keep);
    for (const key of keep) {
      const manifest = await this.#manifest(key);
      // Told by a server that is behind: what the object needs is not known.
      if (!manifest) return;
      for (const chunk of manifest.chunks) kept.add(chunk);
    }
    for (const key of await this.bucket.keys(`${prefix}.>`)) if (!kept.has(key)) await this.bucket.remove(key);
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

  /** @returns the comma separated keys of the part's chunks */
  async #putPart(prefix: string, part: Uint8Array, there: ReadonlySet<string>): Promise<string> {
    const known = this.#known.get(part);
    if (known?.prefix === prefix && known.name.split(',').every((key) => there.has(key))) return known.name;
    const keys: string[] = [];
    for (let at = 0; at < part.byteLength || at === 0; at += this.chunkBytesMax) {
      const chunk = part.subarray(at, at + this.chunkBytesMax);
      const key = `${prefix}.${hashOf(chunk)}`;
      await this.bucket.put(key, chunk);
      keys.push(key);
    }
    const name = keys.join(',');
    this.#known.set(part, { prefix, name });
    return name;
  }

  async #getPart(name: string): Promise<Uint8Array> {
    const chunks = await Promise.all(name.split(',').map((key) => this.#getChunk(key)));
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
    const chunks = [...('rest' in root ? [root.rest] : []), ...manifest.parts].flatMap((part) => part.split(','));
    return { ...manifest, chunks };
  }
}

interface Manifest<Facts> {
  /** Per part, the comma separated keys of its chunks. */
  readonly parts: readonly string[];
  readonly facts: Facts;
}

/** A manifest that does not fit into a message: the keys of its own chunks. */
interface LargeManifest {
  readonly rest: string;
}

function encode(manifest: Manifest<object> | LargeManifest): Buffer {
  return Buffer.from(JSON.stringify(manifest));
}

function decode<Value>(bytes: Uint8Array): Value {
  return JSON.parse(Buffer.from(bytes).toString()) as Value;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 40);
}
