/** TLS and mutual TLS with a real server: what fits connects, and whatever does not says what to set. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { NatsAccess } from '#nats/connection/nats-access';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { answers } from './support/answers.js';
import { Authority, type Certificate, writeRubbish } from './support/certificates.js';

/** Time for a few connections with what is refused. */
const refusedMs = 1_500;

let work: TempDir;
let authority: Authority;
let stranger: Authority;
let ours: Certificate;
let server: NatsServer | undefined;

beforeAll(() => {
  work = makeTempDir('tls');
  authority = new Authority(work.path);
  stranger = new Authority(work.path, 'stranger');
  ours = authority.sign('service');
});
afterAll(() => work.remove());
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** Configuration of a server with this certificate. @param verify whether it asks clients for theirs */
function tlsConfig({ cert, key }: Certificate, verify = false): string {
  return `tls { cert_file: "${cert}", key_file: "${key}", ca_file: "${authority.ca}", verify: ${verify} }`;
}

/** The client checks certificates of servers that are given by number against `localhost`. */
const address = (scheme = 'nats'): string => `${scheme}://127.0.0.1:${server!.port}`;

async function connects(access: NatsAccess, url = address()): Promise<void> {
  const nats = await connectNats(url, 'tls.spec', access);
  await nats.nc.close();
}

/** The error of a connect, its message only. */
async function problem(access: NatsAccess, url = address()): Promise<string> {
  return connects(access, url).then(
    () => 'connected',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

describe('TLS', () => {
  test('connects where the authority is known, by either scheme', async () => {
    server = await startNats({ config: tlsConfig(authority.sign('server')) });
    await connects({ tlsCaFile: authority.ca });
    await connects({ tlsCaFile: authority.ca }, address('tls'));
  });

  test('refuses a server that a stranger has signed, or nobody we know', async () => {
    server = await startNats({ config: tlsConfig(authority.sign('server')) });
    expect(await problem({ tlsCaFile: stranger.ca })).toMatch(
      /^NatsUnavailableError: the certificate of NATS at nats:\/\/127\.0\.0\.1:\d+ is signed by an authority that we do not know .*Set AFL_NATS_TLS_CA/,
    );
    expect(await problem({})).toMatch(/is signed by an authority that we do not know .*Set AFL_NATS_TLS_CA/);
  });

  test('refuses a certificate that is out of date, or for another name', async () => {
    server = await startNats({ config: tlsConfig(authority.sign('server', { days: -1 })) });
    expect(await problem({ tlsCaFile: authority.ca })).toMatch(
      /is out of date, or the clock of this machine is wrong \(certificate has expired\)\. Renew/,
    );
    await server.stop();
    server = await startNats({ config: tlsConfig(authority.sign('server', { names: 'DNS:nats.example' })) });
    expect(await problem({ tlsCaFile: authority.ca })).toMatch(
      /is for another name .*Use a name of the server that its certificate has, in --nats or AFL_NATS_URL/,
    );
  });

  test('insists on it where it was asked for', async () => {
    server = await startNats();
    expect(await problem({}, address('tls'))).toMatch(/offers no TLS, and we insist on it/);
    expect(await problem({ tlsCaFile: authority.ca })).toMatch(/offers no TLS, and we insist on it/);
    await connects({});
  });

  test('says which file it cannot use', async () => {
    server = await startNats({ config: tlsConfig(authority.sign('server')) });
    const missing = join(work.path, 'nowhere.pem');
    expect(await problem({ tlsCaFile: missing })).toBe(
      `NatsUnavailableError: AFL_NATS_TLS_CA names ${missing}, which cannot be read (ENOENT). Name a file that this process may read.`,
    );
    expect(await problem({ tlsCertFile: ours.cert })).toMatch(
      /only one is set\. A certificate is used with its key: set both/,
    );
    expect(
      await problem({ tlsCaFile: authority.ca, tlsCertFile: ours.cert, tlsKeyFile: authority.sign('other').key }),
    ).toMatch(/the key must be the certificate's/);
    expect(
      await problem({ tlsCaFile: authority.ca, tlsCertFile: writeRubbish(work.path), tlsKeyFile: ours.key }),
    ).toMatch(/AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY name PEM files/);
  });
});

describe('mutual TLS', () => {
  test('takes a certificate that the server trusts, and no other', async () => {
    server = await startNats({ config: tlsConfig(authority.sign('server'), true) });
    const [tlsCaFile, late, strange] = [authority.ca, authority.sign('late', { days: -1 }), stranger.sign('service')];
    await connects({ tlsCaFile, tlsCertFile: ours.cert, tlsKeyFile: ours.key });
    const wanted =
      /set AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY to (a valid )?one that the server's authority has signed/i;
    expect(await problem({ tlsCaFile })).toMatch(wanted);
    expect(await problem({ tlsCaFile, tlsCertFile: late.cert, tlsKeyFile: late.key })).toMatch(wanted);
    expect(await problem({ tlsCaFile, tlsCertFile: strange.cert, tlsKeyFile: strange.key })).toMatch(wanted);
  });

  test('uses a renewed certificate when it connects again', async () => {
    server = await startNats({ config: tlsConfig(authority.sign('server'), true) });
    const [cert, key] = [join(work.path, 'mounted.pem'), join(work.path, 'mounted.key')];
    copyFileSync(ours.cert, cert);
    copyFileSync(ours.key, key);
    const nats = await connectNats(address(), 'tls.spec', {
      tlsCaFile: authority.ca,
      tlsCertFile: cert,
      tlsKeyFile: key,
    });
    try {
      const late = authority.sign('late', { days: -1 });
      copyFileSync(late.cert, cert);
      copyFileSync(late.key, key);
      await server.restart();
      await sleep(refusedMs);
      const renewed = authority.sign('renewed');
      copyFileSync(renewed.cert, cert);
      copyFileSync(renewed.key, key);
      await answers(nats);
    } finally {
      await nats.nc.close();
    }
  });
});
