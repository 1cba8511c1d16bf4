/** The example of a server configuration is what the command prints for the example pipeline, and nats-server takes it. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newUserKey } from '#nats/connection/user-key';
import { pipelineUsers } from '#permissions/pipeline-users';
import { keyVariable } from '#permissions/server-accounts';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import { runCli } from '../e2e/support/cli.js';
import { localBinary } from '../support/nats/nats-local.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { Authority } from './support/certificates.js';

const folder = join(projectRoot, 'deploy', 'nats');
const pipeline = join(projectRoot, 'examples', 'sales-tech');
const fetchMsMax = 120_000;

let work: TempDir;
beforeAll(() => {
  work = makeTempDir('deploy');
});
afterAll(() => work.remove());

test('deploy/nats/afluente.conf is what `afluente permissions` prints', async () => {
  const { code, stdout } = await runCli(['permissions', '--pipeline', pipeline]);
  expect(code).toBe(0);
  expect(readFileSync(join(folder, 'afluente.conf'), 'utf8')).toBe(stdout);
});

test.each(['2.10', 'current'] as const)(
  'nats-server %s takes deploy/nats/server.conf',
  async (version) => {
    cpSync(folder, work.path, { recursive: true });
    const { cert, key } = new Authority(work.path).sign('nats');
    const file = join(work.path, 'server.conf');
    const text = readFileSync(file, 'utf8')
      .replaceAll('/etc/nats/tls/tls.crt', cert)
      .replaceAll('/etc/nats/tls/tls.key', key)
      .replaceAll('/etc/nats/tls/ca.crt', join(work.path, 'authority.pem'));
    writeFileSync(file, text);
    const { users, producers } = pipelineUsers(topologyOf(PipelineSource.load(pipeline).compiled));
    const keys = Object.fromEntries(
      [...users, ...producers].map(({ name }) => [keyVariable(name), newUserKey().publicKey]),
    );
    const nats = await localBinary(version);
    const env = {
      ...process.env,
      ...keys,
      NATS_NAME: 'nats-0',
      NATS_ROUTES: '["nats://nats-1:6222", "nats://nats-2:6222"]',
    };
    expect(() => execFileSync(nats, ['-t', '-c', file], { env, stdio: 'pipe' })).not.toThrow();
  },
  fetchMsMax,
);

test('--seeds makes a key for each user once, and keeps those that are there', async () => {
  const seeds = join(work.path, 'seeds');
  const first = await runCli(['permissions', '--pipeline', pipeline, '--seeds', seeds]);
  const again = await runCli(['permissions', '--pipeline', pipeline, '--seeds', seeds]);
  expect(first.stdout.match(/nkey: U[A-Z2-7]{55}$/gm)).toHaveLength(8);
  expect(again.stdout).toBe(first.stdout);
  expect(first.stdout).not.toContain(readFileSync(join(seeds, 'ingest.nk'), 'utf8').trim());
  writeFileSync(join(seeds, 'ingest.nk'), 'rubbish');
  expect(await runCli(['permissions', '--pipeline', pipeline, '--seeds', seeds])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is not the seed of a user/),
  });
});
