/** Names inside a table's folder, as the Delta protocol lays them out ("Delta Log Entries"). */

const versionDigits = 20;
const entryName = /^(\d{20})\.json$/;
const checkpointName = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;

export const logFolder = '_delta_log';

/** `orders/_delta_log/`: every log entry of a table starts with it. */
export function logPrefix(table: string): string {
  return `${table}/${logFolder}/`;
}

/** `orders/_delta_log/00000000000000000007`: what belongs to this version or a later one is greater. */
export function versionPrefix(table: string, version: number): string {
  return `${logPrefix(table)}${String(version).padStart(versionDigits, '0')}`;
}

/** `orders/_delta_log/00000000000000000007.json` */
export function entryKey(table: string, version: number): string {
  return `${versionPrefix(table, version)}.json`;
}

/** `orders/_delta_log/00000000000000000100.checkpoint.parquet`: a checkpoint in one file. */
export function checkpointKey(table: string, version: number): string {
  return `${versionPrefix(table, version)}.checkpoint.parquet`;
}

/** Names the newest checkpoint that its writer knew; only a hint. */
export function lastCheckpointKey(table: string): string {
  return `${logPrefix(table)}_last_checkpoint`;
}

/** A file of a checkpoint: all of it, or part `part` of `parts`. */
export interface CheckpointPart {
  readonly key: string;
  readonly version: number;
  readonly part: number;
  readonly parts: number;
}

/** Undefined for whatever else lies in the log folder. */
export function checkpointPartOf(table: string, key: string): CheckpointPart | undefined {
  const found = checkpointName.exec(key.slice(logPrefix(table).length));
  return found
    ? { key, version: Number(found[1]), part: Number(found[2] ?? 1), parts: Number(found[3] ?? 1) }
    : undefined;
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

/** The path for an `add` action from a name relative to the table: RFC 2396 escapes, slashes kept, and `=` as Spark does: some readers look for it. */
export function addPath(relativeName: string): string {
  return relativeName.split('/').map(encodeURIComponent).join('/').replaceAll('%3D', '=');
}
