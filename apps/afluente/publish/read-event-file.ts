/** The events of a file, or of standard input, one by one: NDJSON, JSON, GeoJSON or CSV, of whatever size. */
import { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { EventFileError, type EventSplitter, type EventText } from '#event-files/event-splitter';
import { splitterOf } from '#event-files/splitter-of';
import { UsageError } from '../run-command.js';

const ChunkBytes = 256 * 1024;
const told: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `there is no file ${path}`,
  EISDIR: (path) => `${path} is a folder: name a file with events`,
  EACCES: (path) => `${path} cannot be read: this user has no right to`,
  EPERM: (path) => `${path} cannot be read: this user has no right to`,
  ENOTDIR: (path) => `there is no file ${path}`,
};

/** @param path `-` is standard input @throws UsageError when there is no such file, or none that has events */
export async function* readEventFile(path: string): AsyncGenerator<EventText> {
  const name = path === '-' ? 'standard input' : path;
  const input = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: ChunkBytes });
  let splitter: EventSplitter | undefined;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      splitter ??= splitterOf(path, chunk);
      yield* splitter.feed(chunk);
    }
    yield* (splitter ?? splitterOf(path, Buffer.alloc(0))).end();
  } catch (cause) {
    if (cause instanceof EventFileError) throw new UsageError(`${name} ${cause.message}`, { cause });
    const says = told[(cause as NodeJS.ErrnoException).code ?? ''];
    throw says ? new UsageError(says(name), { cause }) : cause;
  }
}
