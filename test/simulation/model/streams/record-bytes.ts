/** What a message takes in a file store: 30 bytes of record (34 with headers), subject, headers, payload (nats-server, filestore.go). */
import type { MsgHdrs } from '@nats-io/transport-node';

const recordFixedBytes = 30;
const headerLengthBytes = 4;
/** `NATS/1.0` and the empty line. */
const headerFrameBytes = 12;

interface Sized {
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

/** `content`: without the record around it. */
export function recordBytes({ subject, headers, data }: Sized): { record: number; content: number } {
  const header = headers === undefined ? 0 : headerBytes(headers);
  const content = subject.length + header + data.byteLength;
  return { content, record: content + recordFixedBytes + (headers === undefined ? 0 : headerLengthBytes) };
}

function headerBytes(headers: MsgHdrs): number {
  let bytes = headerFrameBytes;
  for (const [name, values] of headers) for (const value of values) bytes += name.length + Buffer.byteLength(value) + 4;
  return bytes;
}
