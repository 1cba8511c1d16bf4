/** Which splitter a file needs, and which files have no events at all. */
import { Buffer, isUtf8 } from 'node:buffer';
import { CsvSplitter } from './csv-splitter.js';
import { EventFileError, type EventSplitter } from './event-splitter.js';
import { JsonSplitter } from './json-splitter.js';

const signatures: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], 'is compressed (gzip): unpack it, e.g. gunzip -c FILE > events.ndjson'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is compressed (zstd): unpack it, e.g. zstd -dc FILE > events.ndjson'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a zip archive: unpack it'],
  [[0x50, 0x41, 0x52, 0x31], 'is a Parquet file: events are JSON, so write its rows as NDJSON first'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'is an Arrow file: events are JSON, so write its rows as NDJSON first'],
  [[0xff, 0xfe], 'is UTF-16: convert it to UTF-8, e.g. with iconv'],
  [[0xfe, 0xff], 'is UTF-16: convert it to UTF-8, e.g. with iconv'],
];

/** Whether the name of a file says that its rows stand in lines of cells. */
export function isCsv(fileName: string): boolean {
  return /\.(csv|tsv)$/i.test(fileName);
}

/** @param fileName its ending tells CSV from JSON @param first bytes of the file @throws EventFileError when it holds no text */
export function splitterOf(fileName: string, first: Buffer): EventSplitter {
  if (first.length === 0) throw new EventFileError('is empty');
  const known = signatures.find(([bytes]) => bytes.every((byte, at) => first[at] === byte));
  if (known) throw new EventFileError(known[1]);
  if (first.includes(0) || !isMostlyUtf8(first))
    throw new EventFileError('is no text in UTF-8: events are JSON (NDJSON, an array, GeoJSON) or CSV');
  return isCsv(fileName) ? new CsvSplitter() : new JsonSplitter();
}

/** A line with a wrong byte is that line's fault; a file without a right line is another kind of file. */
function isMostlyUtf8(first: Buffer): boolean {
  const lines = first.toString('latin1').split('\n');
  return lines.some((line) => line.trim() !== '' && isUtf8UpToEnd(Buffer.from(line, 'latin1')));
}

/** The last character may be cut in two. */
function isUtf8UpToEnd(bytes: Buffer): boolean {
  return [0, 1, 2, 3].some((cut) => cut < bytes.length && isUtf8(bytes.subarray(0, bytes.length - cut)));
}
