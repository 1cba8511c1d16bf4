/** How an object names its parts: by the keys of their chunks, and small ones by their bytes. */

export interface Manifest<Facts> {
  /** Name of each part. */
  readonly parts: readonly string[];
  readonly facts: Facts;
}

/** A manifest that does not fit into a message: the name of the part that holds it. */
export interface LargeManifest {
  readonly rest: string;
}

/** A part that is no larger costs less in the manifest than as a message of its own. */
const withinBytesMax = 512;
/** No key begins with it. */
const within = '=';

export function isWithin(part: Uint8Array): boolean {
  return part.byteLength <= withinBytesMax;
}

/** The name of a part that is within the manifest. */
export function nameWithin(part: Uint8Array): string {
  return within + Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64');
}

/** @returns undefined when the part stands in chunks */
export function withinName(name: string): Uint8Array | undefined {
  return name.startsWith(within) ? Buffer.from(name.slice(within.length), 'base64') : undefined;
}

export function nameOfChunks(keys: readonly string[]): string {
  return keys.join(',');
}

/** Keys of the chunks of a part. */
export function chunksOf(name: string): string[] {
  return name.startsWith(within) ? [] : name.split(',');
}
