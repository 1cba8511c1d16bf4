/** The small pipelines of the simulation, compiled once for all runs of a process. */
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import type { Pipeline } from '#pipeline/model/model';
import { type CompiledPipeline, compilePipeline } from '#stages/tables/compile-pipeline';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { poisonedSql } from './services/poison.js';

export interface SimulatedPipeline {
  /** Version, as frames name it. */
  readonly logic: string;
  readonly compiled: CompiledPipeline;
  readonly topology: Topology;
}

export const source = 'events';
export const frontSubject = 'in.events';
export const windowSizeMs = 2_000;
export const outOfOrdernessMs = 500;
/** Windows, and the key of each. */
export const windows = [
  ['by_user', 'user'],
  ['by_city', 'city'],
] as const;

const contract = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    user: { type: 'string' },
    city: { type: 'string' },
    n: { type: 'integer' },
    at: { type: 'string', format: 'date-time' },
  },
  required: ['id', 'user', 'city', 'n', 'at'],
};

const chainText = `apiVersion: afluente/v1
name: sim
sources:
  ${source}:
    subjects: [${frontSubject}]
    partitions: 2
    contract: event.json
    id: id
    key: user
    eventTime: { field: at, outOfOrderness: ${outOfOrdernessMs}ms, idleAfter: 1500ms }
lake:
  commit: { every: 3s }
`;

const windowsText = `windows:
  by_user: { from: ${source}, tumbling: 2s, lateness: 1s, key: [user], measures: { total: sum(n), events: count() } }
  by_city: { from: ${source}, tumbling: 2s, lateness: 1s, key: [city], measures: { total: sum(n), events: count() } }
`;

const enriched = (sql: string): string => `enrich:
  ${source}: { sql: "${sql}" }
`;

/** The next version gives silver one more column. */
const twice = 'e.n * 2 AS twice';

function compile(logic: string, text: string): SimulatedPipeline {
  const parsed = parsePipeline(text, 'pipeline.yaml', () => JSON.stringify(contract));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const pipeline: Pipeline = parsed.pipeline;
  const outcome = compilePipeline(pipeline, { [source]: contract }, {});
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return { logic, compiled: outcome.compiled, topology: topologyOf(outcome.compiled) };
}

/** A pipeline, and its next versions. */
export type Versions = readonly [SimulatedPipeline, ...SimulatedPipeline[]];

/** Ingest, validate, enrich, and three tables. */
export const chainPipelines: Versions = [
  compile('v1', chainText),
  compile('v2', chainText + enriched(`SELECT e.*, ${twice} FROM events e`)),
];
/** The same and two windows with their tables: one that a partition computes alone, one that is merged. */
export const windowsPipelines: Versions = [
  compile('v1', chainText + windowsText + enriched(poisonedSql())),
  compile('v2', chainText + windowsText + enriched(poisonedSql(`, ${twice}`))),
];

/** The same while the number of partitions changes: more of them, then fewer. */
export const repartitioned = {
  chain: repartitionedOf(chainText),
  windows: repartitionedOf(chainText + windowsText + enriched(poisonedSql())),
};

function repartitionedOf(text: string): Versions {
  const [first, ...later] = ['2', '[2, 3]', '[2, 3, 1]'].map((partitions, version) =>
    compile(`p${version}`, text.replace('partitions: 2', `partitions: ${partitions}`)),
  );
  return [first!, ...later];
}
