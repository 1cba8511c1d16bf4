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
    parts: { type: 'array', items: { type: 'object', properties: { of: { type: 'integer' } } } },
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

/** Tables that take a part of the events: the items of a list, and what a condition says. */
const tablesText = `  tables:
    parts: { from: enriched.${source}, unnest: parts, columns: [id] }
    even: { from: enriched.${source}, where: "n % 2 = 0" }
`;

/** How many items the list of an event has. */
export function partsOf(n: number): number {
  return n % 3;
}

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

const texts = {
  /** Ingest, validate, enrich, and three tables. */
  chain: chainText,
  /** The same and two tables of parts. */
  parts: chainText + tablesText,
  /** The first and two windows with their tables: one that a partition computes alone, one that is merged. */
  windows: chainText + windowsText,
};

/** A pipeline and its next version, between which processes go forth and back. */
export const pipelines: Readonly<Record<keyof typeof texts, Versions>> = {
  chain: [compile('v1', texts.chain), compile('v2', texts.chain + enriched(`SELECT e.*, ${twice} FROM events e`))],
  parts: [compile('v1', texts.parts), compile('v2', texts.parts + enriched(`SELECT e.*, ${twice} FROM events e`))],
  windows: [
    compile('v1', texts.windows + enriched(poisonedSql())),
    compile('v2', texts.windows + enriched(poisonedSql(`, ${twice}`))),
  ],
};

/** The same while the number of partitions changes: more of them, then fewer. */
export const repartitioned: Readonly<Record<keyof typeof texts, Versions>> = {
  chain: repartitionedOf(texts.chain),
  parts: repartitionedOf(texts.parts),
  windows: repartitionedOf(texts.windows + enriched(poisonedSql())),
};

function repartitionedOf(text: string): Versions {
  const [first, ...later] = ['2', '[2, 3]', '[2, 3, 1]'].map((partitions, version) =>
    compile(`p${version}`, text.replace('partitions: 2', `partitions: ${partitions}`)),
  );
  return [first!, ...later];
}
