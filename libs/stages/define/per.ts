/** Of what a stage has a task each: sources, windows or tables, whole or partition by partition. */
import type { Pipeline, Window } from '#pipeline/model/model';
import { windowKeyHolds } from '#pipeline/model/window-facts';

export interface Per {
  /** In words; the chart counts tasks by it. */
  readonly name: string;
  /** What its tasks, and the logs they write, are named after. */
  readonly unit: 'source' | 'window' | 'table';
  /** Whether there is a task for each partition of each generation of the source, which ends with its partition. */
  readonly partitioned: boolean;
  /** Its task writes a single log for all partitions, instead of one for each. */
  readonly oneLog?: boolean;
  /** The sources, windows or tables, in the order of the pipeline file. */
  names(pipeline: Pipeline): string[];
}

export const perSource: Per = {
  name: 'source',
  unit: 'source',
  partitioned: false,
  names: ({ sources }) => Object.keys(sources),
};

export const perPartition: Per = { ...perSource, name: 'source partition', partitioned: true };

export const perLocalWindowPartition: Per = {
  name: 'local window partition',
  unit: 'window',
  partitioned: true,
  names: (pipeline) => windowsThat(pipeline, isLocal),
};

export const perWideWindowPartition: Per = {
  name: 'wide window partition',
  unit: 'window',
  partitioned: true,
  names: (pipeline) => windowsThat(pipeline, isWide),
};

export const perWideWindow: Per = { ...perWideWindowPartition, name: 'wide window', partitioned: false, oneLog: true };

export const perTable: Per = {
  name: 'table',
  unit: 'table',
  partitioned: false,
  names: ({ lake }) => Object.keys(lake.tables),
};

/** Whether one partition's task can compute the window alone: its key holds the partition key, or there is one partition. */
export function isLocal(pipeline: Pipeline, window: Window): boolean {
  const source = pipeline.sources[window.from]!;
  return source.generations.every((partitions) => partitions === 1) || windowKeyHolds(source.key, window);
}

function isWide(pipeline: Pipeline, window: Window): boolean {
  return !isLocal(pipeline, window);
}

function windowsThat(pipeline: Pipeline, are: (pipeline: Pipeline, window: Window) => boolean): string[] {
  return Object.values(pipeline.windows)
    .filter((window) => are(pipeline, window))
    .map(({ name }) => name);
}
