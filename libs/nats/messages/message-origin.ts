/**
 * Subject and headers of a front message, without decoding more than is needed.
 *
 * The client decodes a subject for each message and all headers into a map, and throws where a name is not as it wants it. Here a subject that
 * repeats is decoded once, and headers are read as they stand. Of a message that is not of the client the public way is taken.
 */
import { HeaderBlock, type TextSpan } from '#frame/header-block';
import { type Msg, rawMessageOf } from './raw-message.js';

export interface MessageOrigin {
  readonly subject: string;
  /** `Nats-Msg-Id`; undefined when the producer gave none. */
  readonly msgId: TextSpan | string | undefined;
  /** Holds until the next message is read. Undefined when they cannot be had. */
  readonly headers: HeaderBlock | undefined;
}

const msgId = Buffer.from('Nats-Msg-Id');
const none = new Uint8Array();

export class OriginReader {
  readonly #block = new HeaderBlock();
  #subjectBytes = none;
  #subject = '';

  read(message: Msg): MessageOrigin {
    const raw = rawMessageOf(message);
    const headers = raw ? this.#block.read(raw.bytes, raw.headerBytes) : this.#publicHeaders(message);
    return { subject: raw ? this.#subjectOf(raw.subject) : message.subject, msgId: headers && idIn(headers), headers };
  }

  /** Headers that the client can parse. */
  #publicHeaders(message: Msg): HeaderBlock | undefined {
    try {
      const lines = (message.headers?.keys() ?? []).flatMap((name) =>
        message.headers!.values(name).map((value) => `${name}: ${value}\r\n`),
      );
      const bytes = lines.length === 0 ? none : Buffer.from(`NATS/1.0\r\n${lines.join('')}\r\n`);
      return this.#block.read(bytes, bytes.length);
    } catch {
      return undefined;
    }
  }

  #subjectOf(bytes: Uint8Array): string {
    if (!equal(bytes, this.#subjectBytes)) {
      this.#subjectBytes = bytes.slice();
      this.#subject = Buffer.from(bytes).toString();
    }
    return this.#subject;
  }
}

/** The server takes the first one of several, in this spelling only. */
function idIn(headers: HeaderBlock): TextSpan | string | undefined {
  const at = headers.find(msgId);
  return at < 0 ? undefined : headers.trimmed(at) || undefined;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
