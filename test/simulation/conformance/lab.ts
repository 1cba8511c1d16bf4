/** Where a scenario of the conformance suite runs: real servers, or the model of them. */
import type { StreamConfig } from '@nats-io/jetstream';
import type { Nats } from '#nats/ground/nats';
import type { NatsVersion } from '../../support/nats/nats-options.js';

export interface Lab {
  readonly version: NatsVersion;
  /** Replicas of the streams: 3 in a cluster. */
  readonly replicas: 1 | 3;
  /** One more client. */
  connect(): Promise<Nats>;
  /** Somebody else deletes a stream. */
  deleteStream(stream: string): Promise<void>;
  /** Somebody else changes settings of a stream. */
  editStream(stream: string, changes: Partial<StreamConfig>): Promise<void>;
  /** kill -9 of all servers, and up again; resolves when clients are served again. */
  restart(): Promise<void>;
}

export type Seen = string | number | boolean | null | undefined | readonly Seen[] | { readonly [name: string]: Seen };

/** Something to try and what must be seen, by real servers and the model alike. */
export interface Scenario {
  readonly name: string;
  /** It restarts the servers: nothing else may run meanwhile. */
  readonly restarts?: true;
  /** @param prefix of streams and subjects that no other scenario uses */
  run(lab: Lab, prefix: string): Promise<unknown>;
  /** What is seen; where versions differ, a function says so. */
  readonly seen: Seen | ((version: NatsVersion) => Seen);
}
