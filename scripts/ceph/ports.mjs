/** Free ports on loopback, below the range the kernel gives to outgoing connections. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const portMin = 15_000;
const portMax = 32_000;

/**
 * @param {number} count
 * @returns {Promise<number[]>} different ports that nobody listens on
 */
export async function freePorts(count) {
  /** @type {Set<number>} */
  const ports = new Set();
  while (ports.size < count) {
    const port = randomInt(portMin, portMax);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
