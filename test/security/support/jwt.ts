/** A NATS operator with one account, and JWTs of its users: what `nsc` does, in a few lines (NATS JWT, version 2). */
import { nkeys } from '@nats-io/transport-node';
import type { Claims } from '#permissions/server-accounts';

type Pair = nkeys.KeyPair;

export class TrustedOperator {
  readonly #operator = nkeys.createOperator();
  readonly #account = nkeys.createAccount();
  readonly #system = nkeys.createAccount();

  /** Text of a server configuration that trusts this operator. */
  get serverConfig(): string {
    const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
    const jetstream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
    const account = this.#jwt(this.#operator, this.#account, 'AFLUENTE', {
      type: 'account',
      limits: { ...limits, ...jetstream },
    });
    const system = this.#jwt(this.#operator, this.#system, 'SYS', { type: 'account', limits });
    const operator = this.#jwt(this.#operator, this.#operator, 'operator', {
      type: 'operator',
      system_account: this.#system.getPublicKey(),
    });
    return [
      `operator: ${operator}`,
      `system_account: ${this.#system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: { ${this.#account.getPublicKey()}: ${account}, ${this.#system.getPublicKey()}: ${system} }`,
    ].join('\n');
  }

  /** Text of a .creds file of a new user. @param claims what it may do; all when left out */
  creds({
    secondsLeft,
    claims = { pub: { allow: ['>'] }, sub: { allow: ['>'] } },
  }: {
    secondsLeft: number;
    claims?: Claims;
  }): string {
    const user = nkeys.createUser();
    const exp = Math.floor(Date.now() / 1000) + secondsLeft;
    const jwt = this.#jwt(
      this.#account,
      user,
      'service',
      { type: 'user', ...claims, subs: -1, data: -1, payload: -1 },
      { exp },
    );
    const seed = Buffer.from(user.getSeed()).toString();
    return `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
  }

  #jwt(issuer: Pair, subject: Pair, name: string, nats: object, times: object = {}): string {
    const claims = {
      jti: name,
      iat: Math.floor(Date.now() / 1000),
      iss: issuer.getPublicKey(),
      sub: subject.getPublicKey(),
      name,
      ...times,
      nats: { ...nats, version: 2 },
    };
    const body = [{ typ: 'JWT', alg: 'ed25519-nkey' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${body}.${Buffer.from(issuer.sign(Buffer.from(body))).toString('base64url')}`;
  }
}
