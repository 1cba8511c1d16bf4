/**
 * Subject and headers of a message as the client keeps them, undecoded: the one file that reaches into private fields of the NATS client.
 *
 * Its `MsgImpl` (nats-core, msg.js) keeps the parsed frame in `_msg` and the bytes behind it in `_rdata`. `rawMessageProblem` compares what stands
 * there with what the client's public methods say of the same message. Its `StoredMsgImpl` (jetstream, jsmstream_api.js) keeps the server's answer in `smr`.
 */
import { createRequire } from 'node:module';
import type { StoredMsg } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';

/** A message as the client gives it. */
export type { Msg } from '@nats-io/transport-node';

/** The version of `@nats-io/transport-node` whose fields these are. */
export const clientVersion = '3.4.0';

export interface RawMessage {
  readonly subject: Uint8Array;
  /** The block of headers and the payload behind it. */
  readonly bytes: Uint8Array;
  /** Length of the block of headers; below 1 when there are none. */
  readonly headerBytes: number;
}

interface ClientFields {
  readonly _msg?: { readonly subject?: Uint8Array; readonly hdr?: number };
  readonly _rdata?: Uint8Array;
}

/** Undefined for a message that is not of this client: the model of JetStream has its own. */
export function rawMessageOf(message: Msg): RawMessage | undefined {
  const { _msg: frame, _rdata: bytes } = message as unknown as ClientFields;
  if (frame?.subject === undefined || typeof frame.hdr !== 'number' || !(bytes instanceof Uint8Array)) return undefined;
  return { subject: frame.subject, bytes, headerBytes: frame.hdr };
}

interface StoredFields {
  readonly smr?: { readonly message?: { readonly hdrs?: string } };
}

/** A message that was read by its sequence, with the very bytes that a consumer would have delivered. */
export function messageOfStored(stored: StoredMsg): Msg {
  const { smr } = stored as unknown as StoredFields;
  if (smr?.message === undefined) throw new TypeError(movedText());
  const headers = Buffer.from(smr.message.hdrs ?? '', 'base64');
  const { subject, data } = stored;
  const fields = {
    _msg: { subject: Buffer.from(subject), hdr: headers.length },
    _rdata: Buffer.concat([headers, data]),
  };
  return { ...fields, subject, data } as unknown as Msg;
}

/**
 * Whether the client keeps its bytes where we read them; what to do when it does not.
 * @param message as the client has delivered it
 */
export function rawMessageProblem(message: Msg): string | undefined {
  const raw = rawMessageOf(message);
  const isAsExpected =
    raw !== undefined &&
    Buffer.from(raw.subject).toString() === message.subject &&
    (message.headers !== undefined) === raw.headerBytes > 0 &&
    Buffer.compare(message.data, raw.bytes.subarray(Math.max(0, raw.headerBytes))) === 0;
  return isAsExpected ? undefined : movedText();
}

function movedText(): string {
  return `Afluente reads subject and headers of a message where @nats-io/transport-node ${clientVersion} keeps them; the one that is installed, ${installedVersion()}, keeps them elsewhere. Install the versions of package-lock.json: npm ci.`;
}

function installedVersion(): string {
  return (createRequire(import.meta.url)('@nats-io/transport-node/package.json') as { version: string }).version;
}
