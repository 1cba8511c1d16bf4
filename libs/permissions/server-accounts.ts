/**
 * The users of a pipeline as text of a nats-server configuration, and as they stand in JWTs.
 *
 * Producers get an account of their own. NATS checks the subject of a message, and not the one it names for the answer: a producer in the
 * account of the logs could have the acknowledgement of its event delivered into a log. Between accounts the server replaces that subject.
 */
import type { PipelineUsers, User } from './pipeline-users.js';

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

/** Public keys by user. */
export type Keys = Readonly<Record<string, string>>;

/** The variable of the configuration that stands for the public key of a user. */
export function keyVariable(user: string): string {
  return `AFL_${upper(user)}_NKEY`;
}

/**
 * Two entries of `accounts` (nats-server configuration, "Accounts"): the pipeline's own, with its streams, and that of its producers.
 * @param keys a key that is missing becomes a variable, to be set before in the configuration or in the server's environment
 */
export function serverAccounts({ pipeline, users, producers, eventSubjects }: PipelineUsers, keys: Keys = {}): string {
  const account = `AFL_${upper(pipeline)}`;
  const exported = [
    '  exports: [',
    ...eventSubjects.map((subject) => `    { service: ${JSON.stringify(subject)}, accounts: [${account}_PRODUCERS] }`),
    '  ]',
  ];
  const ofProducers = [
    `${account}_PRODUCERS {`,
    ...userLines(producers, keys),
    '  imports: [',
    ...eventSubjects.map((subject) => `    { service: { account: ${account}, subject: ${JSON.stringify(subject)} } }`),
    '  ]',
    '}',
  ];
  const text = [
    `# Accounts of the pipeline ${pipeline}, made by \`afluente permissions\`: make them again whenever the pipeline changes.`,
    '# Use: accounts { include "<this file>" }',
    `${account} {`,
    '  jetstream: enabled',
    ...userLines(users, keys),
    ...(producers.length > 0 ? exported : []),
    '}',
    ...(producers.length > 0 ? ofProducers : []),
  ];
  return `${text.join('\n')}\n`;
}

function userLines(users: readonly User[], keys: Keys): string[] {
  return ['  users: [', ...users.flatMap((user) => entry(user, keys[user.name])), '  ]'];
}

function entry(user: User, key: string | undefined): string[] {
  const { pub, sub } = claimsOf(user);
  return [
    `    # ${user.name}: ${user.work}`,
    '    {',
    `      nkey: ${key ?? `$${keyVariable(user.name)}`}`,
    '      permissions: {',
    ...claimLines('publish', pub),
    ...claimLines('subscribe', sub),
    '      }',
    '    }',
  ];
}

function claimLines(what: string, claim: Claim): string[] {
  const [[verb, subjects]] = Object.entries(claim) as [[string, string[]]];
  return [
    `        ${what}: { ${verb}: [`,
    ...subjects.map((subject) => `          ${JSON.stringify(subject)}`),
    '        ] }',
  ];
}

function upper(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
