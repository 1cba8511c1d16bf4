/**
 * One S3 server per test run, started when the first spec asks: specs run in several processes, so they ask over a socket.
 * The answer is one line: the server's JSON, or `{error}`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../scripts/s3-server.mjs', import.meta.url));

/** @typedef {{ line: Promise<string>, stop: () => Promise<void> }} Running */

/**
 * Runs scripts/s3-server.mjs.
 * @returns {Running} its first line, or `{error}` with what it said instead
 */
function runServer() {
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', process.execPath, script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const exited = new Promise((resolve) => child.once('close', resolve));
  const line = new Promise((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text) => resolve(text.trim()));
    child.once('error', (error) => resolve(JSON.stringify({ error: String(error) })));
    void exited.then(() => resolve(JSON.stringify({ error: said })));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { line, stop };
}

/** Set-up and tear-down of a run are two modules of one process: what one opened, the other closes. */
let close = () => Promise.resolve();

/** Closes the desk and ends the server. */
export const closeDesk = () => close();

/** @returns {Promise<string>} path of the socket to ask at */
export async function openDesk() {
  const folder = mkdtempSync(join(tmpdir(), 'afluente-desk-'));
  const path = join(folder, 's3.sock');
  /** @type {Running | undefined} */
  let running;
  const desk = createServer(async (socket) => {
    socket.on('error', () => socket.destroy());
    running ??= runServer();
    socket.end(`${await running.line}\n`);
  });
  await new Promise((resolve) => desk.listen(path, () => resolve(undefined)));
  close = async () => {
    desk.close();
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return path;
}
