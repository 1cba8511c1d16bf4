/** All that a fault can touch. */
import type { NatsClient } from '#nats/connection';
import type { Topology } from '#stages/topology';
import type { Crew } from './crew.js';
import type { NatsCluster } from './nats-cluster.js';
import type { StoreProxy } from './store-proxy.js';

export interface World {
  readonly cluster: NatsCluster;
  readonly crew: Crew;
  readonly store: StoreProxy;
  readonly topology: Topology;
  /** Past all proxies. */
  readonly admin: NatsClient;
  readonly leaseTtlMs: number;
  /** The versions of the pipeline folder that rolling restarts change between. */
  readonly pipelines: readonly [string, string];
}
