/** The users of a pipeline as text of a nats-server configuration, and as they stand in JWTs. */
import type { User } from './pipeline-users.js';

/** Lists of subjects as a user's JWT has them. */
export interface Claims {
  readonly pub: Claim;
  readonly sub: Claim;
}

type Claim = { readonly allow: readonly string[] } | { readonly deny: readonly string[] };

/** An empty list of what is allowed would allow all. */
function claimOf(allow: readonly string[]): Claim {
  return allow.length > 0 ? { allow } : { deny: ['>'] };
}

export function claimsOf({ publish, subscribe }: User): Claims {
  return { pub: claimOf(publish), sub: claimOf(subscribe) };
}

/** The variable of the configuration that stands for the public key of a user. */
export function keyVariable(user: string): string {
  return `AFL_${user.toUpperCase().replaceAll('-', '_')}_NKEY`;
}

/**
 * The entry `users` of `authorization` or of an account (nats-server configuration, "Authorization").
 * @param keys public keys by user; one that is missing becomes a variable, to be set before in the configuration or in the server's environment
 */
export function serverUsers(pipeline: string, users: readonly User[], keys: Readonly<Record<string, string>> = {}): string {
  const head = [
    `# Users of the pipeline ${pipeline}, made by \`afluente permissions\`: make it again whenever the pipeline changes.`,
    '# Include it in `authorization { … }`, or in the account that has the streams of this pipeline.',
  ];
  return [...head, 'users: [', ...users.flatMap((user) => entry(user, keys[user.name])), ']', ''].join('\n');
}

function entry(user: User, key: string | undefined): string[] {
  const { pub, sub } = claimsOf(user);
  return [
    `  # ${user.name}: ${user.work}`,
    '  {',
    `    nkey: ${key ?? `$${keyVariable(user.name)}`}`,
    '    permissions: {',
    ...claimLines('publish', pub),
    ...claimLines('subscribe', sub),
    '    }',
    '  }',
  ];
}

function claimLines(what: string, claim: Claim): string[] {
  const [[verb, subjects]] = Object.entries(claim) as [[string, string[]]];
  return [`      ${what}: { ${verb}: [`, ...subjects.map((subject) => `        ${JSON.stringify(subject)}`), '      ] }'];
}
