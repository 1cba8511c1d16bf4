/**
 * A real S3 server for tests and trials: starts Ceph's object gateway, prints one JSON line
 * `{endpoint, region, accessKeyId, secretAccessKey}`, and runs until SIGTERM or Ctrl-C. Everything is kept in memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from './ceph/cluster.mjs';
import { runMain, SetupError, say } from './setup/ground/say.mjs';
import { ensureCeph } from './setup/servers/ceph-packages.mjs';

/** @typedef {import('./ceph/daemons.mjs').Daemon} Daemon */

await runMain(async () => {
  await ensureCeph();
  const folder = mkdtempSync(join(tmpdir(), 'afluente-ceph-'));
  /** @type {Daemon[]} */
  const daemons = [];
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, resolve);
  });
  const stopAll = async () => {
    for (const daemon of daemons.reverse()) await daemon.stop();
  };
  try {
    const server = await startCluster(folder, (daemon) => daemons.push(daemon));
    process.stdout.write(`${JSON.stringify(server)}\n`);
    const lost = await Promise.race([
      asked.then(() => undefined),
      ...daemons.map(({ name, exited }) => exited.then(() => name)),
    ]);
    if (lost) throw new SetupError(`${lost} ended by itself; its log is in ${folder}.`);
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    await stopAll();
    say(`logs kept in ${folder}`);
    throw error;
  }
});
