/** The text that names the NATS servers: addresses for the client, what it says about credentials and TLS, and itself without secrets. */

export interface ServerUrls {
  /** `scheme://host:port`, without credentials. */
  readonly servers: readonly string[];
  /** Of the first server that has a name and a password before its `@`. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Of the first server that has one word before its `@`. */
  readonly token?: string;
  /** Whether a scheme asks for TLS: `tls://`. */
  readonly tls: boolean;
}

/** Without one, it is that of NATS. */
const schemes: ReadonlySet<string> = new Set(['', 'nats://', 'tls://']);

interface Parts {
  readonly scheme: string;
  readonly secret: string | undefined;
  readonly address: string;
}

/** @param text one server or several, separated by commas: `nats://host:4222`, `tls://user:password@host`, `nats://token@host`; special characters of credentials are percent-encoded */
export function parseServerUrls(text: string): ServerUrls {
  const parts = split(text);
  const secret = parts.find((part) => part.secret !== undefined)?.secret;
  return {
    servers: parts.map(({ scheme, address }) => `${scheme}${address}`),
    ...(secret !== undefined && credentialsOf(secret)),
    tls: parts.some(({ scheme }) => scheme.toLowerCase() === 'tls://'),
  };
}

/** The same text with `***` where credentials stand: for messages and logs. */
export function maskServerUrls(text: string): string {
  return split(text)
    .map(({ scheme, secret, address }) => `${scheme}${secret === undefined ? '' : '***@'}${address}`)
    .join(',');
}

/** What is wrong with a scheme; undefined: nothing. */
export function schemeProblem(text: string): string | undefined {
  const wrong = split(text).find(({ scheme }) => !schemes.has(scheme.toLowerCase()));
  return (
    wrong &&
    `${wrong.scheme}${wrong.address} is no address of a NATS server: write nats://host:4222, or tls://host:4222 to insist on TLS`
  );
}

/** A comma may stand in a password: only one that an address follows separates servers. */
function split(text: string): Parts[] {
  return text.split(/,(?![^,]*@)|,(?=\s*[a-z]+:\/\/)/i).map((server) => {
    const [, scheme = '', rest = ''] = /^([a-z]+:\/\/)?(.*)$/is.exec(server.trim())!;
    const at = rest.lastIndexOf('@');
    return { scheme, secret: at < 0 ? undefined : rest.slice(0, at), address: rest.slice(at + 1) };
  });
}

function credentialsOf(secret: string): Pick<ServerUrls, 'user' | 'token'> {
  const colon = secret.indexOf(':');
  if (colon < 0) return { token: decoded(secret) };
  return { user: { name: decoded(secret.slice(0, colon)), password: decoded(secret.slice(colon + 1)) } };
}

/** A password with a bare `%` was not meant to be decoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
