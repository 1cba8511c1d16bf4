/** Names inside a table's folder, as the Delta protocol lays them out ("Delta Log Entries"). */

const versionDigits = 20;
const entryName = /^(\d{20})\.json$/;

export const logFolder = '_delta_log';

/** `orders/_delta_log/`: every log entry of a table starts with it. */
export function logPrefix(table: string): string {
  return `${table}/${logFolder}/`;
}

/** `orders/_delta_log/00000000000000000007.json` */
export function entryKey(table: string, version: number): string {
  return `${logPrefix(table)}${String(version).padStart(versionDigits, '0')}.json`;
}

/** The version of a log entry's key; undefined for checkpoints, checksums and whatever else lies in the log folder. */
export function versionOfEntryKey(table: string, key: string): number | undefined {
  const digits = entryName.exec(key.slice(logPrefix(table).length))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The key of a data file from the path in its `add` action, which is a URI reference relative to the table. */
export function dataKey(table: string, path: string): string {
  return `${table}/${decodeURIComponent(path)}`;
}

/** The path for an `add` action from a name relative to the table: RFC 2396 escapes, slashes kept. */
export function addPath(relativeName: string): string {
  return relativeName.split('/').map(encodeURIComponent).join('/');
}
