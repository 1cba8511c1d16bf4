/** The small pipelines of the simulation, compiled once for all runs of a process. */
import type { Pipeline } from '#pipeline/model';
import { parsePipeline } from '#pipeline/parse-pipeline';
import { compilePipeline, type CompiledPipeline } from '#stages/compile-pipeline';
import { topologyOf, type Topology } from '#stages/topology';

export interface SimulatedPipeline {
  readonly compiled: CompiledPipeline;
  readonly topology: Topology;
}

export const source = 'events';
export const frontSubject = 'in.events';
export const windowSizeMs = 2_000;

const contract = {
  type: 'object',
  properties: { id: { type: 'string' }, user: { type: 'string' }, city: { type: 'string' }, n: { type: 'integer' }, at: { type: 'string', format: 'date-time' } },
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
    eventTime: { field: at, outOfOrderness: 500ms, idleAfter: 1500ms }
lake:
  commit: { every: 3s }
`;

const windowsText = `${chainText}
windows:
  by_user: { from: ${source}, tumbling: 2s, lateness: 1s, key: [user], measures: { total: sum(n), events: count() } }
  by_city: { from: ${source}, tumbling: 2s, lateness: 1s, key: [city], measures: { total: sum(n), events: count() } }
enrich:
  ${source}: { sql: 'SELECT e.* FROM events e' }
`;

function compile(text: string): SimulatedPipeline {
  const parsed = parsePipeline(text, 'pipeline.yaml', () => JSON.stringify(contract));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const pipeline: Pipeline = parsed.pipeline;
  const outcome = compilePipeline(pipeline, { [source]: contract }, {});
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return { compiled: outcome.compiled, topology: topologyOf(pipeline) };
}

/** Ingest, validate, enrich, and three tables. */
export const chainPipeline = compile(chainText);
/** The same and two windows with their tables: one that a partition computes alone, one that is merged. */
export const windowsPipeline = compile(windowsText);
