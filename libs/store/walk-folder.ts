/** Walks a folder in the order in which S3 lists keys, skipping whole folders that cannot match. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './error-code.js';

export interface WalkOptions {
  readonly prefix: string;
  readonly startAfter: string;
  /** Top-level names that hold no objects. */
  readonly hidden: ReadonlySet<string>;
}

/** Compares as S3 does: by UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Yields keys relative to `root`. A folder sorts as its name with the slash, which makes the walk key-ordered. */
export async function* walkFolder(root: string, options: WalkOptions, at = ''): AsyncGenerator<string> {
  for (const name of await sortedNames(join(root, at))) {
    const key = at + name;
    if (at === '' && options.hidden.has(name)) continue;
    if (!name.endsWith('/')) {
      if (key.startsWith(options.prefix) && compareKeys(key, options.startAfter) > 0) yield key;
    } else if (mayHold(key, options)) {
      yield* walkFolder(root, options, key);
    }
  }
}

function mayHold(folder: string, { prefix, startAfter }: WalkOptions): boolean {
  const onPath = prefix.startsWith(folder) || folder.startsWith(prefix);
  return onPath && (startAfter.startsWith(folder) || compareKeys(folder, startAfter) > 0);
}

async function sortedNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((e) => (e.isDirectory() ? `${e.name}/` : e.name)).sort(compareKeys);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
