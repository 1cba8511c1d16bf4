/** Turns a checked pipeline file into the model, with every default filled. */
import type { Front, Lake, Pipeline, Reference, ReferenceFormat, Source, Table, Window } from './model.js';
import type { RawLake, RawPipeline, RawReference, RawSource, RawTable, RawWindow } from './raw-pipeline.js';
import { allTableOrigins, defaultTableName, tableOrigin, timeColumn } from './table-origin.js';
import { durationMs, sizeBytes, wholeNumber } from './units.js';

export function fillDefaults(raw: RawPipeline): Pipeline {
  const sources = mapEntries(raw.sources, source);
  const windows = mapEntries(raw.windows ?? {}, window);
  return {
    name: raw.name,
    sources,
    references: mapEntries(raw.references ?? {}, reference),
    enrich: mapEntries(raw.enrich ?? {}, (_, { sql }) => ({ sql })),
    windows,
    lake: lake(raw.lake ?? {}, sources, Object.keys(windows)),
  };
}

function source(name: string, raw: RawSource): Source {
  return {
    name,
    front: front(raw),
    partitions: raw.partitions ?? 4,
    contract: raw.contract,
    id: raw.id,
    key: raw.key,
    eventTime: {
      field: raw.eventTime.field,
      outOfOrdernessMs: durationMs(raw.eventTime.outOfOrderness ?? '5s'),
      idleAfterMs: durationMs(raw.eventTime.idleAfter ?? '10s'),
    },
    dedup: { horizonMs: durationMs(raw.dedup?.horizon ?? '1h') },
  };
}

function front(raw: RawSource): Front {
  if (raw.stream === undefined) {
    return { kind: 'subjects', subjects: raw.subjects ?? [], bytesMax: sizeBytes(raw.bytesMax ?? '2GiB') };
  }
  return { kind: 'stream', stream: raw.stream, ...(raw.filter === undefined ? {} : { filter: raw.filter }) };
}

function reference(name: string, raw: RawReference): Reference {
  const format = raw.file.slice(raw.file.lastIndexOf('.') + 1) as ReferenceFormat;
  return { name, file: raw.file, format, key: raw.key, refreshMs: durationMs(raw.refresh ?? '30s') };
}

function window(name: string, raw: RawWindow): Window {
  const { from, key, measures } = raw;
  return { name, from, sizeMs: durationMs(raw.tumbling), latenessMs: durationMs(raw.lateness ?? '0s'), key, measures };
}

function lake(raw: RawLake, sources: Readonly<Record<string, Source>>, windows: readonly string[]): Lake {
  const commit = {
    everyMs: durationMs(raw.commit?.every ?? '10s'),
    rows: wholeNumber(raw.commit?.rows ?? 1_000_000),
    bytes: sizeBytes(raw.commit?.bytes ?? '128MiB'),
  };
  const tables = allTableOrigins(Object.keys(sources), windows).map((from) => table(from, raw.tables ?? {}, sources));
  const byName = Object.fromEntries(tables.map((one) => [one.name, one]));
  return { ...(raw.url === undefined ? {} : { url: raw.url }), commit, tables: byName };
}

function table(from: string, written: Readonly<Record<string, RawTable>>, sources: Readonly<Record<string, Source>>): Table {
  const origin = tableOrigin(from);
  if (!origin) throw new Error(`"${from}" is no origin of a table`);
  const [name, entry] = Object.entries(written).find(([, one]) => one.from === from) ?? [];
  return {
    name: name ?? defaultTableName(origin.stage, origin.of),
    from,
    ...origin,
    partitionBy: entry?.partitionBy ?? [],
    timeColumn: timeColumn(origin.stage, sources[origin.of]),
  };
}

function mapEntries<From, To>(from: Readonly<Record<string, From>>, make: (name: string, value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(name, value)]));
}
