/** Faults of the server, the account, the user and the settings. */
import type { PreparedFault } from './prepared-fault.js';

type ServerConfig = Readonly<Record<string, unknown>>;
/** A server on which everybody is one user with these rights, in the account that is there where none is named. */
export const permitted = (publish: ServerConfig): ServerConfig => ({
  authorization: { users: [{ user: 'all', password: 'all', permissions: { publish } }] },
  no_auth_user: 'all',
});
const account = (settings: ServerConfig): ServerConfig => ({
  accounts: { ALL: { ...settings, users: [{ user: 'all', password: 'all' }] } },
  no_auth_user: 'all',
});
const deny = (subject: string): ServerConfig => permitted({ deny: [subject] });
const limited = (jetstream: ServerConfig): ServerConfig => account({ jetstream });

export const faultsOfNats: readonly PreparedFault[] = [
  {
    name: 'NATS is not there',
    options: () => ({ nats: 'nats://127.0.0.1:1' }),
    finds: 'nats-unreachable',
    says: /no NATS server answers at nats:\/\/127\.0\.0\.1:1\. Start one with JetStream/,
  },
  {
    name: 'the credentials are wrong',
    closed: true,
    server: { config: { authorization: { user: 'me', password: 'secret' } } },
    finds: 'nats-unreachable',
    says: /refuses us.*Set AFL_NATS_CREDS or AFL_NATS_NKEY/,
  },
  {
    name: 'the account has no JetStream',
    fresh: true,
    closed: true,
    server: { config: account({}) },
    finds: 'nats-unreachable',
    says: /JetStream does not\. Start it with JetStream enabled/,
  },
  {
    name: 'the user may not use JetStream',
    fresh: true,
    closed: true,
    server: { config: deny('$JS.API.>') },
    finds: 'nats-unreachable',
    says: /this user may not use JetStream.*`afluente permissions` prints/,
  },
  {
    name: 'copies are wanted of a server that is alone',
    env: { AFL_STREAM_REPLICAS: '3' },
    finds: 'nats-unfit',
    says: /3 copies of each stream are wanted.*alone\..*AFL_STREAM_REPLICAS=1/,
    also: ['stream-differs'],
  },
  {
    name: 'messages are too small for the columns',
    server: { config: { max_payload: 2048 } },
    finds: 'messages-too-small',
    says: /Source orders has \d+ columns.*takes messages of 2048 bytes/,
  },
  {
    name: 'logs are too small for the messages',
    env: { AFL_LOG_BYTES_MAX: '1000000' },
    finds: 'messages-too-small',
    says: /AFL_LOG_BYTES_MAX is 1000000, too small/,
    also: ['stream-differs'],
  },
  {
    name: 'a variable has no number',
    env: { AFL_LOG_BYTES_MAX: 'much' },
    finds: 'settings-invalid',
    says: /AFL_LOG_BYTES_MAX is "much"\. Set it to a whole number/,
  },
  {
    name: 'the account may have few streams',
    fresh: true,
    server: { config: limited({ max_streams: 4 }) },
    finds: 'account-limits',
    says: /may have 4 streams, has 0, and this pipeline still needs 21 more\. Raise the limit/,
    also: ['not-started'],
  },
  {
    name: 'the account may have few consumers',
    fresh: true,
    server: { config: limited({ max_consumers: 4 }) },
    finds: 'account-limits',
    says: /may have 4 consumers, and one process of each service needs \d+\. Raise the limit/,
    also: ['not-started'],
  },
  {
    name: 'the account may store little',
    fresh: true,
    server: { config: limited({ max_file: 100_000_000 }) },
    finds: 'account-limits',
    says: /may store 100000000 bytes, 0 are taken, and the streams that are still to be made take \d+/,
    also: ['not-started'],
  },
  {
    name: 'the user may not look at a log',
    closed: true,
    fresh: false,
    server: { config: deny('$JS.API.STREAM.INFO.afl_orders_raw_orders_0') },
    finds: 'not-looked-at',
    says: /afl_orders_raw_orders_0: .*Permissions Violation/i,
  },
  {
    name: 'the rights are those of an older pipeline',
    closed: true,
    server: { version: 'current', config: permitted({ allow: ['$JS.API.>', '$SYS.REQ.USER.INFO', '$KV.>'] }) },
    finds: 'rights-missing',
    says: /this user: may not publish to shop\.orders, shop\.orders\.>\. Make the accounts again with `afluente permissions`/,
  },
  {
    name: 'it is another NATS',
    fresh: true,
    finds: 'not-started',
    severity: 'warning',
    says: /none of the 21 streams of this pipeline is there.*name the right one/,
  },
];
