/** Who we are: passwords, tokens, nkeys and JWTs with a real server, renewed while a service runs, and never shown. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { NatsAccess } from '#nats/connection/nats-access';
import { newUserKey } from '#nats/connection/user-key';
import type { NatsClient } from '#nats/ground/nats';
import { endPrograms, runCli } from '../e2e/support/cli.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { answers } from './support/answers.js';
import { TrustedOperator } from './support/jwt.js';

/** Time for a few connections with what is refused. */
const refusedMs = 1_500;

/** In either case: that the server refused us, or that nothing was heard of it, because its last words were lost. */
const refused = /AFL_NATS_CREDS or AFL_NATS_NKEY/;

let work: TempDir;
let server: NatsServer;
let nats: NatsClient | undefined;
const written = (name: string, text: string): string => {
  const path = join(work.path, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const address = (credentials = ''): string => `nats://${credentials}127.0.0.1:${server.port}`;
const problem = (url: string, access: NatsAccess = {}): Promise<string> =>
  connectNats(url, 'credentials.spec', access).then(
    async ({ nc }) => {
      await nc.close();
      return 'connected';
    },
    (error: Error) => error.message,
  );

beforeAll(() => {
  work = makeTempDir('credentials');
});
afterAll(() => work.remove());
afterEach(async () => {
  await nats?.nc.close();
  nats = undefined;
  await endPrograms();
  await server.stop();
});

describe('credentials in the address', () => {
  test('are a user and password, or a token', async () => {
    server = await startNats({ config: 'authorization { user: ana, password: "p@ss:w/rd" }' });
    expect(await problem(address('ana:p%40ss%3Aw%2Frd@'))).toBe('connected');
    await server.stop();
    server = await startNats({ config: 'authorization { token: "t0ken" }' });
    expect(await problem(address('t0ken@'))).toBe('connected');
  });

  test('that the server does not know give a message without them', async () => {
    server = await startNats({ config: 'authorization { user: ana, password: right }' });
    const told = await problem(address('ana:s3cret@'));
    expect(told).toContain(`NATS at nats://***@127.0.0.1:${server.port} `);
    expect(told).toMatch(refused);
    expect(told).not.toContain('s3cret');
    expect(await problem(address())).toMatch(refused);
  });

  test('are shown by no command, whether it works or not', async () => {
    server = await startNats({ config: 'authorization { user: ana, password: s3cret }' });
    const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
    const runs = [
      await runCli(['status', '--pipeline', pipeline], { env: { AFL_NATS_URL: address('ana:wr0ng-s3cret@') } }),
      await runCli(['status', '--pipeline', pipeline], { env: { AFL_NATS_URL: 'nats://ana:s3cret@127.0.0.1:1' } }),
      await runCli(['status', '--help'], { env: { AFL_NATS_URL: address('ana:s3cret@') } }),
      await runCli([
        'start',
        '--events',
        '50',
        '--nats',
        address('ana:s3cret@'),
        '--lake',
        `file:${join(work.path, 'lake')}`,
      ]),
    ];
    expect(runs.map(({ code }) => code)).toEqual([1, 1, 0, 0]);
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toContain('s3cret');
    expect(runs[3]!.stderr).toContain('NATS nats://***@127.0.0.1');
  }, 120_000);
});

describe('a seed (AFL_NATS_NKEY)', () => {
  test('is read again when the client connects again', async () => {
    const [known, unknown] = [newUserKey(), newUserKey()];
    server = await startNats({ config: `authorization { users: [ { nkey: ${known.publicKey} } ] }` });
    expect(await problem(address(), { nkeyFile: written('unknown.nk', unknown.seed) })).toMatch(refused);
    const nkeyFile = written('user.nk', `${known.seed}\n`);
    nats = await connectNats(address(), 'credentials.spec', { nkeyFile });
    written('user.nk', unknown.seed);
    await server.restart();
    await sleep(refusedMs);
    // Half a file is as good as none: the last good one counts.
    written('user.nk', known.seed.slice(0, 20));
    await sleep(refusedMs);
    written('user.nk', known.seed);
    await answers(nats);
  });

  test('must be one', async () => {
    server = await startNats();
    const rubbish = written('rubbish', 'SUrubbish');
    expect(await problem(address(), { nkeyFile: rubbish })).toBe(
      `AFL_NATS_NKEY names ${rubbish}, which is not the seed of a user: a line that begins with SU.`,
    );
    expect(await problem(address(), { credsFile: rubbish })).toMatch(
      /AFL_NATS_CREDS names .*, which is not a \.creds file with a JWT and a seed/,
    );
    expect(await problem(address(), { nkeyFile: rubbish, credsFile: rubbish })).toMatch(/both set\..*set one of them/);
    expect(await problem(address(), { credsFile: '/nowhere' })).toBe(
      'AFL_NATS_CREDS names /nowhere, which cannot be read (ENOENT). Name a file that this process may read.',
    );
  });
});

describe('a .creds file (AFL_NATS_CREDS)', () => {
  test('connects, and is renewed while the process runs', async () => {
    const trusted = new TrustedOperator();
    server = await startNats({ config: trusted.serverConfig });
    const credsFile = written('user.creds', trusted.creds({ secondsLeft: 3 }));
    nats = await connectNats(address(), 'credentials.spec', { credsFile });
    await answers(nats);
    // The server ends the connection when the JWT does; the client goes on with what the file then says.
    await sleep(3_500);
    written('user.creds', trusted.creds({ secondsLeft: 600 }));
    await answers(nats);
  });

  test('may do what its JWT allows', async () => {
    const trusted = new TrustedOperator();
    server = await startNats({ config: trusted.serverConfig });
    const claims = { pub: { allow: ['$JS.API.INFO'] }, sub: { allow: ['_INBOX_me.>'] } };
    const credsFile = written('narrow.creds', trusted.creds({ secondsLeft: 600, claims }));
    nats = await connectNats(address(), 'credentials.spec', { credsFile, inboxPrefix: '_INBOX_me' });
    await expect(nats.jsm.streams.info('x')).rejects.toThrow(
      /Permissions Violation for Publish to "\$JS\.API\.STREAM\.INFO\.x"/,
    );
    const none = written(
      'none.creds',
      trusted.creds({ secondsLeft: 600, claims: { ...claims, pub: { allow: ['x'] } } }),
    );
    expect(await problem(address(), { credsFile: none, inboxPrefix: '_INBOX_me' })).toMatch(
      /this user may not use JetStream .*`afluente permissions`/,
    );
  });
});
