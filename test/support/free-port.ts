/** Ports for servers of tests, free at the moment and outside the range the kernel gives to outgoing connections. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below Linux's ephemeral range (32768–60999): else a client that reconnects to a stopped server could connect to itself. */
const portMin = 15_000;
const portMax = 32_000;
const triesMax = 50;

/** A TCP port on 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const port = randomInt(portMin, portMax);
    if (await isFree(port)) return port;
  }
  throw new Error(
    `None of ${triesMax} ports between ${portMin} and ${portMax} is free: stop the programs that hold them.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
