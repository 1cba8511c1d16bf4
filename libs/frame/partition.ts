/** The partition of an event: xxHash64 (seed 0) of its key's UTF-8 text, modulo the number of partitions. */
import xxhash from 'xxhash-wasm';

const { h64 } = await xxhash();

/** Keys repeat within seconds, so a bounded memory of recent keys spares most hashes. */
const KEYS_REMEMBERED_MAX = 65_536;

export function partitionOf(key: string, partitions: number): number {
  return Number(hash64(key) % BigInt(partitions));
}

/** xxHash64 (seed 0) of a text's UTF-8 bytes. */
export function hash64(text: string): bigint {
  return h64(text);
}

/** A function that gives `partitionOf(key, partitions)` and remembers the keys it saw last. */
export function partitioner(partitions: number): (key: string) => number {
  let known = new Map<string, number>();
  return (key) => {
    let partition = known.get(key);
    if (partition === undefined) {
      partition = partitionOf(key, partitions);
      if (known.size >= KEYS_REMEMBERED_MAX) known = new Map();
      known.set(key, partition);
    }
    return partition;
  };
}
