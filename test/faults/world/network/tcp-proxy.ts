/** A TCP proxy of one address that can be cut (connections die, new ones are refused) and frozen (bytes stand still, and arrive later). */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Sees all that a server sends over one connection, from its first byte; returns what the client gets. */
export type AnswerFilter = (chunk: Buffer) => Buffer;

/** Which bytes stand still: those of both sides, or only what the server answers. */
export type Frozen = 'both' | 'answers';

type Side = 'requests' | 'answers';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export class TcpProxy {
  readonly #pairs = new Set<Pair>();
  #isCut = false;
  #frozen: Frozen | undefined;

  private constructor(
    private readonly listener: Server,
    private readonly targetPort: number,
    private readonly newFilter: (() => AnswerFilter) | undefined,
  ) {
    listener.on('connection', (client) => this.#join(client));
  }

  /** In front of 127.0.0.1:`targetPort`, on a port that is free. @param newFilter makes the filter of a new connection */
  static async start(targetPort: number, newFilter?: () => AnswerFilter): Promise<TcpProxy> {
    const listener = createServer();
    await new Promise<void>((listening, failed) => listener.once('error', failed).listen(0, '127.0.0.1', listening));
    return new TcpProxy(listener, targetPort, newFilter);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Resets every connection, with what stood still in it, and refuses new ones until `repair`. */
  cut(): void {
    this.#isCut = true;
    for (const pair of this.#pairs) drop(pair);
  }

  /** From now on bytes wait in the sockets; connections stay, new ones too. */
  freeze(which: Frozen): void {
    this.#frozen = which;
    for (const pair of this.#pairs) this.#holdBack(pair);
  }

  /** Ends cuts and freezes. What stood still moves on. */
  repair(): void {
    this.#isCut = false;
    this.#frozen = undefined;
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.listener.close(closed));
  }

  #join(client: Socket): void {
    if (this.#isCut) return void client.resetAndDestroy();
    const pair: Pair = { client, server: connect(this.targetPort, '127.0.0.1') };
    this.#pairs.add(pair);
    for (const socket of [pair.client, pair.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        pair.client.destroy();
        pair.server.destroy();
      });
    }
    const filter = this.newFilter?.();
    client.on('data', (bytes) => this.#forward('requests', client, pair.server, bytes));
    pair.server.on('data', (bytes) => this.#forward('answers', pair.server, client, filter ? filter(bytes) : bytes));
    this.#holdBack(pair);
  }

  #forward(side: Side, from: Socket, to: Socket, bytes: Buffer): void {
    if (bytes.length === 0 || to.write(bytes)) return;
    from.pause();
    to.once('drain', () => !this.#stands(side) && from.resume());
  }

  #stands(side: Side): boolean {
    return this.#frozen === 'both' || this.#frozen === side;
  }

  #holdBack({ client, server }: Pair): void {
    if (this.#stands('answers')) server.pause();
    if (this.#stands('requests')) client.pause();
  }
}

function drop({ client, server }: Pair): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
