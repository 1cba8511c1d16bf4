/**
 * When the client dials again after it has lost its server. By itself it compares times of day: on a machine whose clock is set back by an hour it
 * would try no server for an hour (nats-core, protocol.ts, dialLoop). So its own wait is taken away, and this one, of a clock that nobody can set, put before each dial.
 */
import type { ConnectionOptions } from '@nats-io/transport-node';

/** @param waitMs between two dials of one server @param nowMs a clock that does not jump */
export function steadyReconnects(
  waitMs: number,
  nowMs: () => number = () => performance.now(),
): Required<Pick<ConnectionOptions, 'reconnectDelayHandler' | 'reconnectToServer'>> {
  const dialledMs = new Map<string, number>();
  return {
    reconnectDelayHandler: () => -Infinity,
    // The first of them is the client's own choice, in turn. Before the first connection there is nothing to wait for.
    reconnectToServer: ([server], info) => {
      if (server === undefined || info === null) return null;
      const name = `${server.hostname}:${server.port}`;
      const now = nowMs();
      const delay = Math.max(0, Math.ceil((dialledMs.get(name) ?? -Infinity) + waitMs - now));
      dialledMs.set(name, now + delay);
      return { server, delay };
    },
  };
}
