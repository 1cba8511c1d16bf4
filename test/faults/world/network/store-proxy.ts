/** An HTTP proxy in front of the lake's S3 server that can answer with errors, swallow answers, and be slow. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * `refuse`: 500 without asking the server. `fail-late`: the server does what it is asked, the client hears 500.
 * `swallow`: the server does what it is asked, the client hears nothing. `slow`: the answer comes late.
 */
export type StoreTrouble =
  | { readonly kind: 'none' | 'refuse' | 'fail-late' | 'swallow' }
  | { readonly kind: 'slow'; readonly delayMs: number };

const noTrouble: StoreTrouble = { kind: 'none' };
const errorBody =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>';

export class StoreProxy {
  #trouble: StoreTrouble = noTrouble;
  readonly #swallowed = new Set<ServerResponse>();
  #troubled = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('request', (asked, answer) => void this.#handle(asked, answer));
  }

  /** @param endpoint of the S3 server, e.g. http://127.0.0.1:7480 */
  static async start(endpoint: string): Promise<StoreProxy> {
    const server = createServer({ requestTimeout: 0 });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new StoreProxy(server, new URL(endpoint));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests that met trouble so far. */
  get troubled(): number {
    return this.#troubled;
  }

  /** Answers that are swallowed and whose clients still wait. */
  get withheld(): number {
    return this.#swallowed.size;
  }

  begin(trouble: StoreTrouble): void {
    this.#trouble = trouble;
  }

  /** Ends the trouble; connections whose answer was swallowed break. */
  repair(): void {
    this.#trouble = noTrouble;
    for (const answer of this.#swallowed) answer.destroy();
    this.#swallowed.clear();
  }

  async close(): Promise<void> {
    this.repair();
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  async #handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const trouble = this.#trouble;
    if (trouble.kind !== 'none') this.#troubled += 1;
    answer.on('error', () => undefined);
    if (trouble.kind === 'refuse') {
      asked.resume();
      return sendError(answer);
    }
    const reply = await this.#ask(asked).catch(() => undefined);
    if (!reply) return void answer.destroy();
    if (trouble.kind === 'slow') setTimeout(() => send(reply, answer), trouble.delayMs);
    else if (trouble.kind === 'none') send(reply, answer);
    else this.#withhold(trouble.kind, reply, answer);
  }

  #withhold(kind: 'fail-late' | 'swallow', reply: IncomingMessage, answer: ServerResponse): void {
    reply.resume();
    if (kind === 'fail-late') return sendError(answer);
    // The trouble may have ended while the server was at work.
    if (this.#trouble.kind !== 'swallow') return void answer.destroy();
    this.#swallowed.add(answer);
    answer.once('close', () => this.#swallowed.delete(answer));
  }

  /** Headers pass unchanged: the request is signed, its Host included. */
  #ask(asked: IncomingMessage): Promise<IncomingMessage> {
    const { hostname, port } = this.target;
    return new Promise((resolve, reject) => {
      const forwarded = request(
        {
          hostname,
          port,
          method: asked.method,
          path: asked.url,
          headers: asked.rawHeaders as unknown as Record<string, string>,
          setHost: false,
        },
        resolve,
      );
      forwarded.once('error', reject);
      // A client that dies in the middle must not leave half a request waiting at the server.
      asked.once('close', () => asked.complete || forwarded.destroy(new Error('the client is gone')));
      asked.once('error', () => forwarded.destroy());
      asked.pipe(forwarded);
    });
  }
}

function send(reply: IncomingMessage, answer: ServerResponse): void {
  if (answer.destroyed) return void reply.resume();
  answer.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
  answer.once('close', () => reply.destroy());
  reply.once('error', () => answer.destroy());
  reply.pipe(answer);
}

function sendError(answer: ServerResponse): void {
  answer.writeHead(500, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(errorBody) });
  answer.end(errorBody);
}
