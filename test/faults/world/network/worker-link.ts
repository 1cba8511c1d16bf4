/** One worker's way to the servers: a proxy in front of each, of this worker's own, so that its network can fail alone. */
import { ackFilter } from './drop-acks.js';
import { type Frozen, TcpProxy } from './tcp-proxy.js';

export class WorkerLink {
  #losesAcks = false;
  #acksLost = 0;
  #proxies: readonly TcpProxy[] = [];

  static async start(serverPorts: readonly number[]): Promise<WorkerLink> {
    const link = new WorkerLink();
    const newFilter = (): ReturnType<typeof ackFilter> =>
      ackFilter(
        () => link.#losesAcks,
        () => (link.#acksLost += 1),
      );
    link.#proxies = await Promise.all(serverPorts.map((port) => TcpProxy.start(port, newFilter)));
    return link;
  }

  /** As AFL_NATS_URL takes it. */
  get urls(): string {
    return this.#proxies.map(({ port }) => `nats://127.0.0.1:${port}`).join(',');
  }

  /** How many ways there are: one for each server. */
  get ways(): number {
    return this.#proxies.length;
  }

  /** Acknowledgements lost so far. */
  get acksLost(): number {
    return this.#acksLost;
  }

  /** @param way only the one to this server; all without it */
  cut(way?: number): void {
    for (const proxy of this.#chosen(way)) proxy.cut();
  }

  freeze(which: Frozen): void {
    for (const proxy of this.#proxies) proxy.freeze(which);
  }

  loseAcks(): void {
    this.#losesAcks = true;
  }

  repair(): void {
    this.#losesAcks = false;
    for (const proxy of this.#proxies) proxy.repair();
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
  }

  #chosen(way: number | undefined): readonly TcpProxy[] {
    return way === undefined ? this.#proxies : this.#proxies.slice(way, way + 1);
  }
}
