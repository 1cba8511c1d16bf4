/** All that a fault can touch. */
import type { NatsClient } from '#nats/ground/nats';
import type { Topology } from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import type { LakeReaders } from '../check/lake/lake-readers.js';
import type { Producer } from '../workload/producer.js';
import type { Crew } from './crew.js';
import type { StoreProxy } from './network/store-proxy.js';
import type { NatsCluster } from './servers/nats-cluster.js';

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
  /** The first of them with another type for a column. */
  readonly retypedPipeline: string;
  /** Of the lake, past the proxy. */
  readonly lake: ObjectStore;
  readonly producer: Producer;
  /** Undefined in a long run. */
  readonly readers?: LakeReaders;
}

/** Before anybody publishes or reads. */
export type Ground = Omit<World, 'producer' | 'readers'>;
