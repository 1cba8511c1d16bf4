/** What a splitter takes and gives: bytes of a file as they come, and the texts of the events in them. */
import { Buffer, isUtf8 } from 'node:buffer';

/** An event, or what stands in its place. */
export interface EventText {
  /** 1-based line on which it begins. */
  readonly line: number;
  readonly text: string;
  /** False where bytes are no UTF-8: `text` has `\uFFFD` in their place. */
  readonly isUtf8: boolean;
}

export interface EventSplitter {
  /** The events that end in these bytes. `bytes` must not change afterwards. @throws EventFileError */
  feed(bytes: Buffer): EventText[];
  /** What is left when the file ends. @throws EventFileError */
  end(): EventText[];
}

/** The file is none that events can be read from; the message says why, to be put behind the name of the file. */
export class EventFileError extends Error {
  override readonly name = 'EventFileError';
}

/** NATS takes no message beyond 64 MiB, so nothing larger can be an event. */
export const eventBytesMax = 64 * 1024 * 1024;

export function tooLarge(line: number): EventFileError {
  return new EventFileError(
    `has more than ${eventBytesMax / 1024 / 1024} MiB without the end of an event, from line ${line} on: an event must fit into a message of NATS`,
  );
}

/** @param parts of one event, as they came */
export function eventText(line: number, parts: readonly Buffer[]): EventText {
  const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return { line, text: whole.toString('utf8'), isUtf8: isUtf8(whole) };
}
