/** Key pairs of users (NATS nkeys): the seed proves who one is, the public key stands in the server's configuration. */
import { nkeys } from '@nats-io/transport-node';

export interface UserKey {
  /** Secret: begins with SU. */
  readonly seed: string;
  /** Begins with U. */
  readonly publicKey: string;
}

export function newUserKey(): UserKey {
  return keyOf(nkeys.createUser());
}

/** @throws Error when the text is no seed of a user */
export function userKeyOf(seed: string): UserKey {
  return keyOf(nkeys.fromSeed(Buffer.from(seed.trim())));
}

function keyOf(pair: nkeys.KeyPair): UserKey {
  return { seed: Buffer.from(pair.getSeed()).toString(), publicKey: pair.getPublicKey() };
}
