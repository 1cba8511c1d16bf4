/** Clears a folder of files that nobody has touched for long. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that vanish meanwhile are no error: others clear the folder too. */
export async function removeOlderFiles(folder: string, ageMsMax: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file !== undefined && Date.now() - file.mtimeMs > ageMsMax) await rm(path, { force: true });
  }
}
