/** Partition values as Delta serializes them, and the hive-style folders that show them. */
import type { ColumnType } from '#columns/types/column-spec';
import { timestampParts } from './timestamp-text.js';

const nullFolder = '__HIVE_DEFAULT_PARTITION__';
/** File systems take 255 bytes a name; the values of record stand in the log, so a folder may show a cut one. */
const folderValueBytesMax = 160;

/**
 * `text` is the exact text of the value (timestamps: epoch us as an integer); null for null.
 * The protocol reads an empty string as null ("Partition Value Serialization").
 */
export function partitionValue(type: ColumnType, text: string | null): string | null {
  if (text === null || text === '') return null;
  return type.kind === 'timestamp' ? timestampValue(text) : text;
}

/** `year=2024/month=1`: only unreserved characters stay as they are, so that no file system can stumble. */
export function partitionFolder(values: Readonly<Record<string, string | null>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${percentEncoded(name)}=${value === null ? nullFolder : percentEncoded(value)}`)
    .join('/');
}

/** With its zone: without one, a session of a reader reads it in its own. */
function timestampValue(epochUs: string): string | null {
  const parts = timestampParts(epochUs);
  return parts === undefined ? null : `${parts.date}T${parts.time}.${parts.micros}Z`;
}

function percentEncoded(text: string): string {
  const escaped = encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*~]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.length <= folderValueBytesMax ? escaped : escaped.slice(0, folderValueBytesMax).replace(/%.?$/, '');
}
