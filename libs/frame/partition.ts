/** The partition of an event: xxHash64 (seed 0) of its key's UTF-8 text, modulo the number of partitions. */
import xxhash from 'xxhash-wasm';

const { h64 } = await xxhash();

/** Keys repeat within seconds, so a bounded memory of recent keys spares most hashes. */
const keysRememberedMax = 65_536;
/** Longer ones are not remembered: the memory of keys must not grow with their length. */
const keyCharsMax = 64;

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
      if (key.length > keyCharsMax) return partition;
      if (known.size >= keysRememberedMax) known = new Map();
      known.set(key, partition);
    }
    return partition;
  };
}

/** The partition of an event by its key, or, where it has none, by the front sequence of its message: validate will refuse it. */
export function eventPartitioner(partitions: number): (key: string | undefined, seq: number) => number {
  const byKey = partitioner(partitions);
  return (key, seq) => (key === undefined ? seq % partitions : byKey(key));
}
