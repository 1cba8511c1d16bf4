/** A connection to NATS without a client library between: subjects and headers that no library would write go out as they are. */
import { connect, type Socket } from 'node:net';

export interface RawMessage {
  readonly subject: string | Uint8Array;
  /** The block of headers from `NATS/1.0` to the empty line behind the last one (ADR-4); nobody looks at it before the server. */
  readonly head?: Uint8Array | undefined;
  readonly payload: Uint8Array;
}

export type RawAnswer =
  | { readonly kind: 'stored'; readonly stream: string; readonly seq: number }
  /** The server knows the `Nats-Msg-Id`, and stored nothing. */
  | { readonly kind: 'repeated'; readonly stream: string; readonly seq: number }
  | { readonly kind: 'refused'; readonly why: string };

const inbox = '_RAW.';
const flushBytes = 128 * 1024;
const crByte = 0x0d;
const lfByte = 0x0a;
const nothing = Buffer.alloc(0);

/** Messages go out in the order of `publish`, so the server stores them in that order. */
export class RawNats {
  #next = 0;
  readonly #waiting = new Map<number, (answer: RawAnswer) => void>();
  #out: Buffer[] = [];
  #outBytes = 0;
  #in: Buffer = nothing;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #room = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** Resolves when the server takes messages. */
  static async open(port: number): Promise<RawNats> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject));
    const options = {
      verbose: false,
      pedantic: false,
      headers: true,
      no_responders: true,
      protocol: 1,
      lang: 'raw',
      version: '1',
    };
    socket.write(`CONNECT ${JSON.stringify(options)}\r\nSUB ${inbox}* 1\r\n`);
    return new RawNats(socket);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** @param onAnswer told once, when the server has answered */
  publish({ subject, head, payload }: RawMessage, onAnswer: (answer: RawAnswer) => void): void {
    if (this.#failure) throw this.#failure;
    const id = this.#next++;
    this.#waiting.set(id, onAnswer);
    const sizes = head ? `${head.length} ${head.length + payload.length}` : String(payload.length);
    const rest = ` ${inbox}${id} ${sizes}\r\n`;
    if (typeof subject === 'string') this.#write(Buffer.from(`${head ? 'HPUB' : 'PUB'} ${subject}${rest}`));
    else
      for (const part of [head ? 'HPUB ' : 'PUB ', subject, rest])
        this.#write(typeof part === 'string' ? Buffer.from(part) : part);
    if (head) this.#write(head);
    this.#write(payload);
    this.#write(lineEnd);
    if (this.#outBytes >= flushBytes) this.#flush();
  }

  /** Resolves when at most so many messages wait for their answers. @throws when the connection is lost */
  async room(waitingMax: number): Promise<void> {
    this.#flush();
    while (this.#waiting.size > waitingMax && !this.#failure) {
      this.#room = waitingMax;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#failure) throw this.#failure;
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  #write(bytes: Uint8Array): void {
    this.#out.push(bytes as Buffer);
    this.#outBytes += bytes.length;
  }

  #flush(): void {
    if (this.#outBytes === 0) return;
    this.socket.write(Buffer.concat(this.#out, this.#outBytes));
    this.#out = [];
    this.#outBytes = 0;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  #read(bytes: Buffer): void {
    this.#in = this.#in.length === 0 ? bytes : Buffer.concat([this.#in, bytes]);
    let at = 0;
    for (let end = this.#in.indexOf(lfByte, at); end >= 0; end = this.#in.indexOf(lfByte, at)) {
      const line = this.#in.toString('latin1', at, this.#in[end - 1] === crByte ? end - 1 : end);
      const taken = this.#line(line, end + 1);
      if (taken < 0) break;
      at = taken;
    }
    this.#in = this.#in.subarray(at);
    if (this.#waiting.size <= this.#room) this.#wake?.();
  }

  /** @returns where the next line begins, or −1 when the payload behind this one has not come whole */
  #line(line: string, after: number): number {
    if (line.startsWith('PING')) this.socket.write('PONG\r\n');
    if (line.startsWith('-ERR')) this.#fail(new Error(`the server says ${line}`));
    if (!line.startsWith('MSG ') && !line.startsWith('HMSG ')) return after;
    const words = line.split(' ');
    const end = after + Number(words.at(-1));
    if (this.#in.length < end + 2) return -1;
    const id = Number(words[1]!.slice(inbox.length));
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    answer?.(words[0] === 'HMSG' ? nobody : answerOf(this.#in.toString('latin1', after, end)));
    return end + 2;
  }
}

const lineEnd = Buffer.from('\r\n');
const nobody: RawAnswer = { kind: 'refused', why: 'no stream takes this subject' };
const stored = /^\{"stream":"([^"]+)",(?:\s*)"seq":\s*(\d+)/;

/** A PubAck, or the error of one (JetStream API, `JSPubAckResponse`). */
function answerOf(text: string): RawAnswer {
  const [, stream, seq] = stored.exec(text) ?? [];
  if (stream === undefined || seq === undefined) return { kind: 'refused', why: text };
  return { kind: text.includes('"duplicate":') ? 'repeated' : 'stored', stream, seq: Number(seq) };
}
