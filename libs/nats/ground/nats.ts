/** The few operations of NATS's client that Afluente uses, so that a model of JetStream can stand in for it. */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { AccountFacts } from './account-limits.js';
import type { Bucket, BucketSettings } from './bucket.js';

export interface Nats {
  readonly nc: Pick<NatsConnection, 'publish' | 'subscribe' | 'isClosed' | 'close' | 'drain' | 'getServer' | 'status'>;
  readonly js: Pick<JetStreamClient, 'publish'>;
  readonly jsm: {
    readonly streams: Pick<JetStreamManager['streams'], 'add' | 'info' | 'getMessage' | 'names' | 'purge' | 'update'>;
    readonly consumers: Pick<JetStreamManager['consumers'], 'add' | 'update'>;
  };
  /** Version of the server that was reached first, e.g. `2.10.27`. */
  readonly serverVersion: string;
  /** Largest message the server takes, headers included, in bytes. */
  readonly payloadBytesMax: number;
  /** What the subjects begin with on which this connection gets answers. */
  readonly inboxPrefix: string;
  /** Limits and use of the JetStream account. */
  account(): Promise<AccountFacts>;
  /** Opens a key-value bucket, and creates it when absent. @throws NatsLimitError */
  openBucket(name: string, settings: BucketSettings): Promise<Bucket>;
}

/** A connection to a real server, with all that its client offers. */
export interface NatsClient extends Nats {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}
