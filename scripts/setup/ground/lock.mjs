/** One set-up at a time per clone: the kernel frees the lock when its holder dies, so it can never be stale. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.mjs';
import { say } from './say.mjs';

const pollMs = 200;

/**
 * Abstract sockets (unix(7)) exist on Linux only; elsewhere two first runs at once are the user's to avoid.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(work) {
  const release = await holdLock('setup', 'another set-up of this clone is running, waiting for it …');
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Waits until nobody else in this clone holds the lock.
 * @param {string} purpose
 * @param {string} waiting what to say meanwhile
 * @returns {Promise<() => void>} gives it back
 */
export async function holdLock(purpose, waiting) {
  if (process.platform !== 'linux') return () => undefined;
  const name = `\0afluente-${purpose}-${createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 32)}`;
  for (let tries = 0; ; tries += 1) {
    const release = await listen(name);
    if (release) return release;
    if (tries === 0) say(waiting);
    await sleep(pollMs);
  }
}

/**
 * @param {string} name
 * @returns {Promise<(() => void) | undefined>} undefined when somebody else holds the name
 */
function listen(name) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(name, () => resolve(() => server.close()));
  });
}
