/** Starts everything a fault run needs: an S3 server, nats-servers, the workers, and the way to all of them. */
import { join } from 'node:path';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import { openStore, type StoreOptions } from '#store/open-store';
import { ensureFronts } from '../../../apps/afluente/streams/ensure-fronts.js';
import { startS3 } from '../../support/ceph.js';
import { projectRoot } from '../../support/project-root.js';
import type { Cleanup } from '../cleanup.js';
import type { History } from '../history.js';
import type { FaultOptions } from '../options.js';
import { copyRetyped } from '../workload/copy-retyped.js';
import { Crew } from './crew.js';
import { StoreProxy } from './network/store-proxy.js';
import { connectAdmin } from './servers/admin.js';
import { NatsCluster } from './servers/nats-cluster.js';
import { persist } from './servers/persist.js';
import type { Ground } from './world.js';

export interface LakeAccess {
  readonly url: string;
  /** Of the server itself, past the proxy. */
  readonly store: StoreOptions;
}

export interface Opening {
  readonly options: FaultOptions;
  /** Root of the build whose services run. */
  readonly root: string;
  /** For stores. */
  readonly temporary: string;
  readonly history: History;
  readonly cleanup: Cleanup;
  /** Default: those of the workload. */
  readonly pipelines?: readonly [string, string];
}

const leaseTtlMs = 2_000;
const readyMsMax = 60_000;
const workloadPipelines = ['pipeline', 'pipeline-v2'].map((name) =>
  join(projectRoot, 'test', 'faults', 'workload', name),
) as unknown as readonly [string, string];

/** Shorter waits than in production, or a run would mostly wait. Snapshots, trimming and leases come often, so that faults meet them. */
const settings = {
  AFL_SNAPSHOT_EVERY_MS: '2000',
  AFL_CHECKPOINT_EVERY_COMMITS: '10',
  AFL_LOG_BYTES_MAX: String(32 * 1024 * 1024),
  AFL_LEASE_TTL_MS: String(leaseTtlMs),
  POLARS_MAX_THREADS: '1',
};

/** Even seeds trim logs as soon as they may be; odd ones keep every frame, so that the check can follow each log from its first. */
const retentionMs = (seed: number): string => (seed % 2 === 0 ? '0' : '3600000');

/** Resolves when every worker is ready. */
export async function openWorld(opening: Opening): Promise<{ ground: Ground; lake: LakeAccess }> {
  const { temporary, history, cleanup, pipelines = workloadPipelines } = opening;
  const { s3, store } = await openStores(cleanup);
  const { cluster, admin, topology } = await openServers(opening, pipelines[0]);
  const url = `s3://${s3.bucket}/lake`;
  const crew = await openCrew(opening, pipelines[0], cluster, {
    AFL_LAKE_URL: url,
    AFL_S3_ENDPOINT: store.endpoint,
    AFL_S3_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
  history.tell({ what: 'workers are ready', workers: crew.workers.length });
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const access = { url, store: { s3: { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true } } };
  const lake = await openStore(access.url, access.store);
  cleanup.add(() => lake.close());
  const retypedPipeline = copyRetyped(pipelines[0], join(temporary, 'retyped'));
  return {
    lake: access,
    ground: { cluster, crew, store, topology, admin, leaseTtlMs, pipelines, retypedPipeline, lake },
  };
}

async function openStores(cleanup: Cleanup) {
  const s3 = await startS3();
  cleanup.add(() => s3.stop());
  const store = await StoreProxy.start(s3.endpoint);
  cleanup.add(() => store.close());
  return { s3, store };
}

async function openServers({ options, temporary, history, cleanup }: Opening, pipeline: string) {
  const { servers, nats: version } = options;
  const folder = join(history.folder, 'nats');
  const cluster = await NatsCluster.start({ servers, version, folder, storeFolder: temporary, cleanup });
  const admin = await connectAdmin(cluster.urls);
  cleanup.add(() => admin.nc.close());
  const topology = topologyOf(PipelineSource.load(pipeline).compiled);
  // A server that has just joined is not offered copies at once.
  await persist(() => ensureFronts(admin, topology));
  history.tell({ what: 'servers are up', nats: admin.nc.info?.version ?? '', servers });
  return { cluster, admin, topology };
}

async function openCrew(
  { options, root, history, cleanup }: Opening,
  pipeline: string,
  cluster: NatsCluster,
  access: Readonly<Record<string, string>>,
): Promise<Crew> {
  const env = {
    ...settings,
    ...access,
    AFL_LOG_RETENTION_MS: retentionMs(options.seed),
    AFL_STREAM_REPLICAS: options.servers === 'r1' ? '1' : '3',
  };
  const crew = await Crew.start({ replicas: options.replicas, root, pipeline, env, cluster, history });
  cleanup.add(() => crew.close());
  cleanup.add(() => crew.kill());
  await crew.ready(readyMsMax);
  return crew;
}
