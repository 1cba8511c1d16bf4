/** Where `lake.url` of a pipeline file leads: like its contracts, a relative folder begins at the file, wherever the process was started. */
import { join } from 'node:path';

const file = 'file:';

/** @param folder absolute path of the pipeline folder @param url as the file has it */
export function lakeInFolder(folder: string, url: string): string {
  const path = url.startsWith(file) ? url.slice(file.length) : undefined;
  return path === undefined || path.startsWith('/') ? url : `${file}${join(folder, path)}`;
}
