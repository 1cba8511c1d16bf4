/** The two key-value buckets of a pipeline: advisory task positions, and content-addressed objects. */
import { createHash } from 'node:crypto';
import { Kvm, type KV } from '@nats-io/kv';
import type { Nats } from './connection.js';

/** A key-value bucket as the client offers it. */
export type { KV };

export async function openBucket(nats: Nats, name: string, replicas: number): Promise<KV> {
  return new Kvm(nats.js).create(name, { history: 1, replicas });
}

/** Objects of any size under the hash of their bytes, stored in chunks a message can hold. */
export class ObjectBucket {
  readonly #known = new WeakMap<Uint8Array, string>();

  constructor(private readonly nats: Pick<Nats, 'jsm'>, private readonly kv: KV, private readonly chunkBytesMax: number) {}

  /** Stores `parts` unless they are there, then a manifest naming them. @returns the manifest's key */
  async putParts(prefix: string, parts: readonly Uint8Array[], facts: object): Promise<string> {
    const names = await Promise.all(parts.map((part) => this.#putPart(prefix, part)));
    const manifest = Buffer.from(JSON.stringify({ parts: names, facts }));
    const key = `${prefix}.${hashOf(manifest)}`;
    await this.kv.put(key, manifest);
    return key;
  }

  async getParts<Facts>(key: string): Promise<{ parts: Uint8Array[]; facts: Facts } | undefined> {
    const entry = await this.kv.get(key);
    if (!entry || entry.operation !== 'PUT') return undefined;
    const { parts, facts } = entry.json<{ parts: string[]; facts: Facts }>();
    return { parts: await Promise.all(parts.map((name) => this.#getPart(name))), facts };
  }

  /** Deletes what `prefix` holds and the manifests in `keep` do not name. */
  async sweep(prefix: string, keep: readonly string[]): Promise<void> {
    const kept = new Set<string>(keep);
    for (const key of keep) {
      const entry = await this.kv.get(key);
      const parts = entry?.operation === 'PUT' ? entry.json<{ parts: string[] }>().parts : [];
      for (const part of parts) for (const chunk of part.split(',')) kept.add(chunk);
    }
    const keys: string[] = [];
    for await (const key of await this.kv.keys(`${prefix}.>`)) keys.push(key);
    const { bucket } = await this.kv.status();
    // The client's own delete and purge leave a marker for each key: here, where keys never come back, they would pile up.
    for (const key of keys) if (!kept.has(key)) await this.nats.jsm.streams.purge(`KV_${bucket}`, { filter: `$KV.${bucket}.${key}` });
  }

  /** @returns the comma separated keys of the part's chunks */
  async #putPart(prefix: string, part: Uint8Array): Promise<string> {
    const known = this.#known.get(part);
    if (known !== undefined) return known;
    const keys: string[] = [];
    for (let at = 0; at < part.byteLength || at === 0; at += this.chunkBytesMax) {
      const chunk = part.subarray(at, at + this.chunkBytesMax);
      const key = `${prefix}.${hashOf(chunk)}`;
      await this.kv.put(key, chunk);
      keys.push(key);
    }
    const name = keys.join(',');
    this.#known.set(part, name);
    return name;
  }

  async #getPart(name: string): Promise<Uint8Array> {
    const chunks = await Promise.all(name.split(',').map(async (key) => {
      const entry = await this.kv.get(key);
      if (!entry || entry.operation !== 'PUT') throw new Error(`object ${key} is missing from the bucket: the state snapshot cannot be restored`);
      return entry.value;
    }));
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 40);
}
