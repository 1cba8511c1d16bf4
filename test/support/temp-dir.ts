/** Temporary directories of tests; AFL_TEST_KEEP=1 keeps them for a look after a failure. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  /** Removes the directory with all that is in it. */
  remove(): void;
}

/** Makes a fresh directory below the system's temporary directory, its name starting with `afluente-<name>-`. */
export function makeTempDir(name: string): TempDir {
  const path = mkdtempSync(join(tmpdir(), `afluente-${name}-`));
  return {
    path,
    remove: () => {
      if (process.env['AFL_TEST_KEEP'] === '1') process.stderr.write(`kept ${path}\n`);
      else rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}
