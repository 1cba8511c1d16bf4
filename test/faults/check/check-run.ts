/** The verdict on a run of the workload: the lake and the logs against the ledger, the oracle and each other. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { topologyOf } from '#stages/topology/topology';
import { openStore, type StoreOptions } from '#store/open-store';
import type { Ledger } from '../workload/ledger.js';
import { countFindings, type Finding, type Findings, found } from './findings.js';
import { deltaFindings } from './lake/delta-breaks.js';
import { type LakeRows, readLake } from './lake/read-lake.js';
import { chainFindings } from './logs/chain-breaks.js';
import { type LogsReading, readLogs } from './logs/read-logs.js';
import { replicaFindings } from './logs/read-replicas.js';
import type { JetStream } from './logs/read-stream.js';
import {
  bronzeFindings,
  quarantineFindings,
  silverFindings,
  storedTwice,
  versionFindings,
} from './rows/compare-rows.js';
import { goldFindings, windowFindings } from './rows/compare-windows.js';
import { expectedRows } from './rows/expected-rows.js';
import { orderFindings, sameOrderFindings } from './rows/order-breaks.js';
import { windowOracle } from './rows/window-oracle.js';

export interface CheckedServer {
  readonly clientUrl: string;
  readonly monitorUrl: string;
}

export interface CheckOptions {
  /** One, or the three of a cluster: then their copies are compared too. All must be up. */
  readonly servers: readonly CheckedServer[];
  /** The pipeline folder that ran. */
  readonly pipeline: string;
  readonly lakeUrl: string;
  readonly store?: StoreOptions;
  readonly ledger: Ledger;
}

export interface RunVerdict extends Findings {
  readonly rows: {
    readonly bronze: number;
    readonly silver: number;
    readonly quarantine: number;
    readonly gold: number;
    readonly frames: number;
  };
  /** Messages that NATS itself stored again although their Msg-Id was known: not Afluente's, and once in silver. */
  readonly storedTwice: number;
}

/** Call it when the pipeline is idle: everything that was accepted has had its time to arrive. */
export async function checkRun(options: CheckOptions): Promise<RunVerdict> {
  const nc = await connect({
    servers: options.servers.map(({ clientUrl }) => clientUrl),
    name: 'fault-check',
    timeout: 5_000,
  });
  const store = await openStore(options.lakeUrl, options.store);
  try {
    const clients: JetStream = {
      js: jetstream(nc, { timeout: 15_000 }),
      jsm: await jetstreamManager(nc, { timeout: 15_000 }),
    };
    const lake = await readLake(store);
    const logs = await readLogs(clients, topologyOf(PipelineSource.load(options.pipeline).compiled));
    const findings = [
      ...lakeFindings(options.ledger, lake, logs),
      ...(options.servers.length > 1 ? await replicaFindings(clients, options.servers) : []),
    ];
    return { ...countFindings(findings), rows: rowsOf(lake, logs), storedTwice: storedTwice(lake.bronze) };
  } finally {
    await store.close();
    await nc.close();
  }
}

function* lakeFindings(ledger: Ledger, lake: LakeRows, logs: LogsReading): Generator<Finding> {
  const expected = expectedRows(ledger.seed, lake.bronze);
  yield* bronzeFindings(ledger, lake.bronze);
  yield* silverFindings(expected, lake.silver);
  yield* versionFindings(lake.silver, logs.enriched);
  yield* quarantineFindings(expected, lake.quarantine);
  yield* orderFindings('silver', lake.silver);
  yield* orderFindings('enriched logs', logs.enriched);
  yield* sameOrderFindings(lake.silver, logs.enriched, logs.trimmed.enriched);
  const oracle = windowOracle([...expected.silver.values()].map(({ order }) => order));
  yield* windowFindings(oracle, { where: 'gold', rows: lake.gold, trimmed: false });
  yield* windowFindings(oracle, { where: 'results logs', rows: logs.results, trimmed: logs.trimmed.results });
  if (!logs.trimmed.results) yield* goldFindings(lake.gold, logs.results);
  yield* chainFindings(logs.logs);
  for (const { table, entries, sizes } of lake.logs) yield* deltaFindings(table, entries, sizes);
  if (lake.bronze.length === 0 && ledger.count('accepted') > 0) yield found('lost', 'bronze has no rows at all');
}

function rowsOf({ bronze, silver, quarantine, gold }: LakeRows, { logs }: LogsReading): RunVerdict['rows'] {
  const frames = [...logs.values()].reduce((sum, log) => sum + log.frames.length, 0);
  return { bronze: bronze.length, silver: silver.length, quarantine: quarantine.length, gold: gold.length, frames };
}
