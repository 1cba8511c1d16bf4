/** Servers are dialled at once, then no oftener than they may be, whatever the time of day is said to be. */
import { expect, test } from '@jest/globals';
import type { Server, ServerInfo } from '@nats-io/transport-node';
import { steadyReconnects } from './steady-reconnects.js';

const info = {} as ServerInfo;
const server = (port: number): Server => ({ hostname: 'nats', port }) as Server;

test('the first connection is up to the client', () => {
  expect(steadyReconnects(250).reconnectToServer([server(1)], null)).toBeNull();
});

test('each server is dialled at once, and again after the wait', () => {
  let now = 0;
  const { reconnectToServer } = steadyReconnects(250, () => now);
  const dial = (port: number): unknown => (reconnectToServer([server(port)], info) as { readonly delay: number }).delay;
  expect([dial(1), dial(2), dial(1)]).toEqual([0, 0, 250]);
  now = 300;
  expect([dial(1), dial(2)]).toEqual([200, 0]);
  now = 10_000;
  expect(dial(1)).toBe(0);
});

test('the client has no wait of its own, which would go by the time of day', () => {
  const hourMs = 3_600_000;
  expect(Date.now() + hourMs + steadyReconnects(250).reconnectDelayHandler()).toBeLessThan(Date.now());
});
