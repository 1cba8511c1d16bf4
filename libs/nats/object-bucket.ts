/** Content-addressed objects of any size in a key-value bucket: state snapshots, and events too large for a frame. */
import { createHash } from 'node:crypto';
import type { Bucket } from './bucket.js';

class MissingObjectError extends Error {
  override readonly name = 'MissingObjectError';
}

/** Objects of any size under the hash of their bytes, stored in chunks a message can hold. */
export class ObjectBucket {
  /** Parts that this process has stored, and where. */
  readonly #known = new WeakMap<Uint8Array, { readonly prefix: string; readonly name: string }>();

  constructor(private readonly bucket: Bucket, private readonly chunkBytesMax: number) {}

  /** Stores `parts` unless they are there, then a manifest naming them. @returns the manifest's key */
  async putParts(prefix: string, parts: readonly Uint8Array[], facts: object): Promise<string> {
    const names = await Promise.all(parts.map((part) => this.#putPart(prefix, part)));
    const manifest = Buffer.from(JSON.stringify({ parts: names, facts }));
    const key = `${prefix}.${hashOf(manifest)}`;
    await this.bucket.put(key, manifest);
    return key;
  }

  async getParts<Facts>(key: string): Promise<{ parts: Uint8Array[]; facts: Facts } | undefined> {
    const entry = await this.bucket.get(key);
    if (!entry) return undefined;
    const { parts, facts } = manifestOf<Facts>(entry.value);
    return { parts: await Promise.all(parts.map((name) => this.#getPart(name))), facts };
  }

  /** Deletes what `prefix` holds and the manifests in `keep` do not name. */
  async sweep(prefix: string, keep: readonly string[]): Promise<void> {
    const kept = new Set<string>(keep);
    for (const key of keep) {
      const entry = await this.bucket.get(key);
      // Told by a server that is behind: what the object needs is not known.
      if (!entry) return;
      for (const part of manifestOf(entry.value).parts) for (const chunk of part.split(',')) kept.add(chunk);
    }
    for (const key of await this.bucket.keys(`${prefix}.>`)) if (!kept.has(key)) await this.bucket.remove(key);
  }

  /** Keys of objects and of their chunks that match a filter, e.g. `task.*`. */
  keys(filter: string): Promise<string[]> {
    return this.bucket.keys(filter);
  }

  /** Deletes an object with its chunks, which must be its own. Succeeds when it is absent. */
  async remove(key: string): Promise<void> {
    const entry = await this.bucket.get(key);
    if (!entry) return;
    for (const part of manifestOf(entry.value).parts) for (const chunk of part.split(',')) await this.bucket.remove(chunk);
    await this.bucket.remove(key);
  }

  /** Deletes what matches `filter`, was written before the object `key`, and does not stand under `prefix`. */
  async sweepBefore(key: string, filter: string, prefix: string): Promise<void> {
    const newest = await this.bucket.get(key);
    if (!newest) return;
    for (const other of await this.bucket.keys(filter)) {
      if (other.startsWith(`${prefix}.`)) continue;
      const entry = await this.bucket.get(other);
      if (entry && entry.revision < newest.revision) await this.bucket.remove(other);
    }
  }

  /** @returns the comma separated keys of the part's chunks */
  async #putPart(prefix: string, part: Uint8Array): Promise<string> {
    const known = this.#known.get(part);
    if (known?.prefix === prefix) return known.name;
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
    const chunks = await Promise.all(name.split(',').map(async (key) => {
      const entry = await this.bucket.get(key);
      if (!entry) throw new MissingObjectError(`object ${key} is missing from the bucket: what it belongs to cannot be restored`);
      return entry.value;
    }));
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }
}

interface Manifest<Facts> {
  /** Per part, the comma separated keys of its chunks. */
  readonly parts: string[];
  readonly facts: Facts;
}

function manifestOf<Facts = unknown>(bytes: Uint8Array): Manifest<Facts> {
  return JSON.parse(Buffer.from(bytes).toString()) as Manifest<Facts>;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 40);
}
