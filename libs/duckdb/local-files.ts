/** Brings a table's files to where DuckDB can open them: in place on a local disk, else into a temporary folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inOrder } from '#lake/ground/in-order';
import type { CurrentFile } from '#lake/log/current-files';
import { LocalStore } from '#store/local-store';
import type { ObjectStore } from '#store/object-store';
import type { ViewFile } from './table-views.js';

const fetchesAtOnceMax = 8;

/** A file of the table's log that the store does not have. */
export class MissingFileError extends Error {
  override readonly name = 'MissingFileError';

  constructor(key: string, url: string) {
    super(
      `${key} belongs to a table but is not in ${url}: it was deleted there. Restore it, or remove it from the table.`,
    );
  }
}

export async function localFiles(
  store: ObjectStore,
  files: readonly CurrentFile[],
  folder: string,
): Promise<ViewFile[]> {
  if (store instanceof LocalStore) {
    return files.map(({ key, partitionValues }) => ({ path: store.pathOf(key), partitionValues }));
  }
  await mkdir(folder, { recursive: true });
  const numbered = files.map((file, i) => ({ file, path: join(folder, `${i}.parquet`) }));
  return inOrder(numbered, fetchesAtOnceMax, async ({ file, path }) => {
    const bytes = await store.get(file.key);
    if (bytes === undefined) throw new MissingFileError(file.key, store.url);
    await writeFile(path, bytes);
    return { path, partitionValues: file.partitionValues };
  });
}
