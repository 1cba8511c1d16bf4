/** Waits until a nats-server accepts clients with JetStream on. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;
const waitMsMax = 20_000;

/** Resolves when the server greets with `INFO {…"jetstream":true…}`, which it does only after it recovered its streams; gives up early when it is not alive. */
export async function waitForNats(port: number, alive: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < waitMsMax && alive(); waitedMs += pollMs) {
    if ((await greeting(port)).includes('"jetstream":true')) return;
    await sleep(pollMs);
  }
  throw new Error(`No NATS server with JetStream greeted on 127.0.0.1:${port} within ${waitMsMax / 1000} s.`);
}

/** The first line a server sends (NATS client protocol, INFO); '' when nobody answers. */
function greeting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', (bytes) => {
      resolve(bytes.toString('utf8'));
      socket.destroy();
    });
    socket.once('error', () => socket.destroy());
    socket.once('close', () => resolve(''));
  });
}
