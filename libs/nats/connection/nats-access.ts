/** How a process proves to NATS who it is: files with credentials and certificates, read again at every connection. */
import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  credsAuthenticator,
  type NodeConnectionOptions,
  nkeyAuthenticator,
  nkeys,
} from '@nats-io/transport-node';
import { NatsUnavailableError } from '../ground/nats-unavailable-error.js';
import { parseServerUrls } from './server-urls.js';

/** Paths of files, as the environment variables name them (docs/settings.md). */
export interface NatsAccess {
  /** AFL_NATS_CREDS: a JWT and the seed of its user, as `nsc` writes them. */
  readonly credsFile?: string | undefined;
  /** AFL_NATS_NKEY: the seed of a user. */
  readonly nkeyFile?: string | undefined;
  /** AFL_NATS_TLS_CA: certificates of the authorities that may have signed the servers'; without it, those that Node trusts. */
  readonly tlsCaFile?: string | undefined;
  /** AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY: our own certificate and its key, where servers ask for one. */
  readonly tlsCertFile?: string | undefined;
  readonly tlsKeyFile?: string | undefined;
  /** First tokens of the subjects on which we get answers; other users cannot read them where permissions say so. Default `_INBOX`. */
  readonly inboxPrefix?: string | undefined;
}

/** The client's options for the servers that `url` names. @throws NatsUnavailableError naming the variable and what to set */
export function accessOptions(url: string, access: NatsAccess): NodeConnectionOptions {
  const { servers, user, token, tls } = parseServerUrls(url);
  const authenticator = authenticatorOf(access);
  const files = tlsFiles(access);
  return {
    servers: [...servers],
    ...(user && { user: user.name, pass: user.password }),
    ...(token !== undefined && { token }),
    ...(authenticator && { authenticator }),
    ...((tls || files) && { tls: files ?? {} }),
    ...(access.inboxPrefix !== undefined && { inboxPrefix: access.inboxPrefix }),
  };
}

function authenticatorOf({ credsFile, nkeyFile }: NatsAccess): Authenticator | undefined {
  if (credsFile !== undefined && nkeyFile !== undefined)
    throw new NatsUnavailableError(
      'AFL_NATS_CREDS and AFL_NATS_NKEY are both set. A user has either a .creds file or a seed: set one of them.',
    );
  if (credsFile !== undefined)
    return credsAuthenticator(
      rereading('AFL_NATS_CREDS', credsFile, 'a .creds file with a JWT and a seed, as nsc writes it', credsOf),
    );
  if (nkeyFile !== undefined)
    return nkeyAuthenticator(
      rereading('AFL_NATS_NKEY', nkeyFile, 'the seed of a user: a line that begins with SU', seedOf),
    );
  return undefined;
}

/**
 * A file that is read at every connection, so that credentials can be renewed in place. While it cannot be read, or is being
 * written, the last good content counts: the client gives up for good when its authenticator throws.
 * @param find the part of the text that the client needs; undefined when it is not there
 */
function rereading(
  variable: string,
  path: string,
  what: string,
  find: (text: string) => string | undefined,
): () => Uint8Array {
  let last = find(readText(variable, path));
  if (last === undefined) throw new NatsUnavailableError(`${variable} names ${path}, which is not ${what}.`);
  return () => {
    try {
      last = find(readText(variable, path)) ?? last;
    } catch {
      // The last good content stays.
    }
    return Buffer.from(last!);
  };
}

function readText(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new NatsUnavailableError(
      `${variable} names ${path}, which cannot be read (${(cause as NodeJS.ErrnoException).code}). Name a file that this process may read.`,
      { cause },
    );
  }
}

/** The client wants a line's end behind the last block. */
function credsOf(text: string): string | undefined {
  return /-BEGIN NATS USER JWT-[\s\S]+-BEGIN USER NKEY SEED-[\s\S]+-END USER NKEY SEED-/.test(text)
    ? `${text}\n`
    : undefined;
}

function seedOf(text: string): string | undefined {
  const seed = /^SU[A-Z2-7]{56}$/m.exec(text.replaceAll('\r', ''))?.[0];
  try {
    nkeys.fromSeed(Buffer.from(seed ?? ''));
    return seed;
  } catch {
    return undefined;
  }
}

/** The client itself reads these files at every connection. */
function tlsFiles({
  tlsCaFile: caFile,
  tlsCertFile: certFile,
  tlsKeyFile: keyFile,
}: NatsAccess): { caFile?: string; certFile?: string; keyFile?: string } | undefined {
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new NatsUnavailableError(
      'of AFL_NATS_TLS_CERT and AFL_NATS_TLS_KEY only one is set. A certificate is used with its key: set both.',
    );
  const named = Object.entries({ AFL_NATS_TLS_CA: caFile, AFL_NATS_TLS_CERT: certFile, AFL_NATS_TLS_KEY: keyFile });
  for (const [variable, path] of named) if (path !== undefined) readText(variable, path);
  if (named.every(([, path]) => path === undefined)) return undefined;
  return {
    ...(caFile !== undefined && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(keyFile !== undefined && { keyFile }),
  };
}
