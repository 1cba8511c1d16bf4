/** Turns a pipeline file whose defaults are filled into the model. */
import type { FilledPipeline } from '../schema/schema.js';
import { frontBytesMax } from '../schema/source-schema.js';
import { columnOf } from './field-path.js';
import type { Front, Lake, Pipeline, Reference, ReferenceFormat, Source, Table, Window } from './model.js';
import { allFroms, defaultTableName, splitFrom, timeColumn } from './table-origin.js';
import { durationMs, sizeBytes, wholeNumber } from './units.js';

type FilledSource = FilledPipeline['sources'][string];
type FilledLake = FilledPipeline['lake'];

export function toModel(raw: FilledPipeline): Pipeline {
  const sources = mapEntries(raw.sources, source);
  const windows = mapEntries(raw.windows, window);
  return {
    name: raw.name,
    sources,
    references: mapEntries(raw.references, reference),
    enrich: mapEntries(raw.enrich, (_, { sql }) => ({ sql })),
    windows,
    lake: lake(raw.lake, sources, Object.keys(windows)),
  };
}

function source(name: string, raw: FilledSource): Source {
  const generations = [raw.partitions].flat();
  return {
    name,
    front: front(raw),
    partitions: generations.at(-1)!,
    generations,
    contract: raw.contract,
    id: raw.id,
    key: raw.key,
    eventTime: {
      field: raw.eventTime.field,
      outOfOrdernessMs: durationMs(raw.eventTime.outOfOrderness),
      aheadMsMax: durationMs(raw.eventTime.aheadMax),
      idleAfterMs: durationMs(raw.eventTime.idleAfter),
    },
    dedup: { horizonMs: durationMs(raw.dedup.horizon) },
  };
}

function front(raw: FilledSource): Front {
  if (raw.stream === undefined) {
    return { kind: 'subjects', subjects: raw.subjects ?? [], bytesMax: sizeBytes(raw.bytesMax ?? frontBytesMax) };
  }
  return { kind: 'stream', stream: raw.stream, ...(raw.filter === undefined ? {} : { filter: raw.filter }) };
}

function reference(name: string, raw: FilledPipeline['references'][string]): Reference {
  const format = raw.file.slice(raw.file.lastIndexOf('.') + 1) as ReferenceFormat;
  return { name, file: raw.file, format, key: raw.key, columns: raw.columns, refreshMs: durationMs(raw.refresh) };
}

function window(name: string, raw: FilledPipeline['windows'][string]): Window {
  const { from, key, measures } = raw;
  return { name, from, sizeMs: durationMs(raw.tumbling), latenessMs: durationMs(raw.lateness), key, measures };
}

function lake(raw: FilledLake, sources: Readonly<Record<string, Source>>, windows: readonly string[]): Lake {
  const commit = {
    everyMs: durationMs(raw.commit.every),
    rows: wholeNumber(raw.commit.rows),
    bytes: sizeBytes(raw.commit.bytes),
  };
  const tables = allFroms(Object.keys(sources), windows).map((from) => table(from, raw.tables, sources));
  const byName = Object.fromEntries(tables.map((one) => [one.name, one]));
  return { ...(raw.url === undefined ? {} : { url: raw.url }), commit, tables: byName };
}

function table(from: string, written: FilledLake['tables'], sources: Readonly<Record<string, Source>>): Table {
  const parts = splitFrom(from);
  if (!parts) throw new Error(`"${from}" is no origin of a table`);
  const [name, entry] = Object.entries(written).find(([, one]) => one.from === from) ?? [];
  return {
    name: name ?? defaultTableName(parts.stage, parts.origin),
    from,
    ...parts,
    partitionBy: (entry?.partitionBy ?? []).map(columnOf),
    timeColumn: timeColumn(parts.stage, sources[parts.origin]),
  };
}

function mapEntries<From, To>(
  from: Readonly<Record<string, From>>,
  make: (name: string, value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(name, value)]));
}
