/** Leaves publish acknowledgements out of what a nats-server sends: the message is stored, and its publisher never hears of it. */

const crlf = Buffer.from('\r\n');
/** JetStream's PubAck starts so (ADR-1); its other answers start with their type. */
const pubAck = '{"stream":';
const inbox = '_INBOX.';

/**
 * Makes a filter for one connection, from its first byte (NATS client protocol: lines, and payloads behind MSG and HMSG lines).
 * @param dropping asked for every acknowledgement @param onDrop told of each that was left out
 */
export function ackFilter(dropping: () => boolean, onDrop: () => void = () => undefined): (chunk: Buffer) => Buffer {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const kept: Buffer[] = [];
    let at = 0;
    for (let end = endOfMessage(bytes, at); end !== undefined; end = endOfMessage(bytes, at)) {
      const message = bytes.subarray(at, end);
      if (isPubAck(message) && dropping()) onDrop();
      else kept.push(message);
      at = end;
    }
    rest = bytes.subarray(at);
    return kept.length === 1 ? kept[0]! : Buffer.concat(kept);
  };
}

/** Where the message that begins at `start` ends; undefined while it is incomplete. */
function endOfMessage(bytes: Buffer, start: number): number | undefined {
  const lineEnd = bytes.indexOf(crlf, start);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('latin1', start, lineEnd);
  const end = lineEnd + crlf.length + (/^H?MSG /.test(line) ? payloadBytes(line) + crlf.length : 0);
  return end <= bytes.length ? end : undefined;
}

/** The last word of a MSG or HMSG line is the length of headers and payload. */
function payloadBytes(line: string): number {
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}

function isPubAck(message: Buffer): boolean {
  if (message.toString('latin1', 0, 4 + inbox.length) !== `MSG ${inbox}`) return false;
  const payload = message.indexOf(crlf) + crlf.length;
  return message.toString('latin1', payload, payload + pubAck.length) === pubAck;
}
