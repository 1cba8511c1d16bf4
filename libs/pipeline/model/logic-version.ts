/** The version of a pipeline's logic: a content hash of the files that define it. */
import { createHash } from 'node:crypto';

/**
 * First 16 hex digits of the SHA-256 over every path and text, sorted by path.
 * Lengths are hashed too, so that no two sets of files read alike.
 */
export function logicVersion(files: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const path of Object.keys(files).sort()) {
    const text = files[path] ?? '';
    hash.update(`${path.length}:${path}${text.length}:${text}`);
  }
  return hash.digest('hex').slice(0, 16);
}
