/** Turns a pipeline file whose defaults are filled into the model. */
import { envelopeOf } from '#envelopes/all-envelopes';
import type { FilledPipeline } from '../schema/schema.js';
import { frontBytesMax } from '../schema/source-schema.js';
import { subjectPattern } from '../text/subject-pattern.js';
import { columnOf } from './field-path.js';
import type {
  CommitRule,
  Front,
  HeaderColumn,
  Lake,
  Pipeline,
  Reference,
  ReferenceFormat,
  Source,
  Start,
  Table,
  Window,
} from './model.js';
import { arrivalColumn, ownIds } from './model.js';
import { allFroms, defaultTableName, isAdditional, splitFrom, timeColumn } from './table-origin.js';
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
  const envelope = envelopeOf(raw.envelope);
  return {
    name,
    front: front(raw),
    partitions: generations.at(-1)!,
    generations,
    contract: raw.contract,
    id: raw.id === undefined ? (envelope?.id ?? []) : [raw.id].flat(),
    key: raw.key,
    patterns: (raw.subjects ?? filtersOf(raw)).map(subjectPattern),
    headers: Object.entries(raw.headers).map(([column, header]) => headerColumn(column, header)),
    ...(raw.envelope !== undefined && { envelope: raw.envelope }),
    eventTime: {
      // Without an envelope the schema demands it.
      field: raw.eventTime.field ?? envelope!.eventTime,
      outOfOrdernessMs: durationMs(raw.eventTime.outOfOrderness),
      aheadMsMax: durationMs(raw.eventTime.aheadMax),
      idleAfterMs: durationMs(raw.eventTime.idleAfter),
    },
    dedup: { horizonMs: durationMs(raw.dedup.horizon) },
  };
}

function headerColumn(column: string, header: FilledSource['headers'][string]): HeaderColumn {
  const { name, time = false } = typeof header === 'string' ? { name: header } : header;
  return { column, header: name.toLowerCase(), isTime: time };
}

function front(raw: FilledSource): Front {
  if (raw.stream === undefined) {
    const subjects = (raw.subjects ?? []).map((text) => subjectPattern(text).subject);
    return { kind: 'subjects', subjects, bytesMax: sizeBytes(raw.bytesMax ?? frontBytesMax) };
  }
  const filters = filtersOf(raw).map((text) => subjectPattern(text).subject);
  return { kind: 'stream', stream: raw.stream, filters, start: start(raw.start ?? 'first') };
}

function start(written: string | number): Start {
  if (typeof written === 'number') return { at: 'sequence', seq: written };
  if (written === 'first' || written === 'new') return { at: written };
  return { at: 'time', timeMs: Date.parse(written) };
}

function filtersOf({ filter }: FilledSource): readonly string[] {
  return filter === undefined ? [] : [filter].flat();
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
  const whole = allFroms(Object.keys(sources), windows).map((from) => wholeTable(from, raw.tables, sources));
  const others = Object.entries(raw.tables).filter(([, entry]) => isAdditional(entry));
  const tables = [...whole, ...others.map(([name, entry]) => additionalTable(name, entry, sources))];
  const byName = Object.fromEntries(tables.map((one) => [one.name, one]));
  return { ...(raw.url === undefined ? {} : { url: raw.url }), commit: commitRule(raw.commit), tables: byName };
}

function commitRule({ every, rows, bytes, least, latest }: FilledLake['commit']): CommitRule {
  const [everyMs, leastBytes] = [durationMs(every), sizeBytes(least)];
  return {
    everyMs,
    rows: wholeNumber(rows),
    bytes: sizeBytes(bytes),
    leastBytes,
    latestMs: leastBytes === 1 ? everyMs : Math.max(everyMs, durationMs(latest)),
  };
}

type FilledTable = FilledLake['tables'][string];

/** The table of all rows, or of those that no other table takes. */
function wholeTable(from: string, written: FilledLake['tables'], sources: Readonly<Record<string, Source>>): Table {
  const { stage, origin } = partsOf(from);
  const entries = Object.entries(written).filter(([, one]) => one.from === from);
  const [name, entry] = entries.find(([, one]) => !isAdditional(one)) ?? [];
  const conditions = entries.flatMap(([, { where }]) => (where === undefined ? [] : [`COALESCE((${where}), FALSE)`]));
  return {
    name: name ?? defaultTableName(stage, origin),
    from,
    stage,
    origin,
    partitionBy: (entry?.partitionBy ?? []).map(columnOf),
    timeColumn: timeColumn(stage, sources[origin]),
    ...(entry?.rest && { taking: { where: `NOT (${conditions.join(' OR ')})`, rest: true } }),
  };
}

function additionalTable(name: string, entry: FilledTable, sources: Readonly<Record<string, Source>>): Table {
  const { from, partitionBy, where, unnest } = entry;
  const { stage, origin } = partsOf(from);
  const source = sources[origin];
  const columns = entry.columns ?? (unnest === undefined || !source ? undefined : columnsOfEvent(source));
  return {
    name,
    from,
    stage,
    origin,
    partitionBy: partitionBy.map(columnOf),
    timeColumn: timeColumn(stage, source),
    taking: {
      ...(where !== undefined && { where }),
      ...(columns && { columns }),
      ...(unnest !== undefined && { unnest }),
    },
  };
}

/** Those that are no columns of the rows, and the one that all rows have in any case. */
const ownNames = new Set<string>([...ownIds, arrivalColumn]);

/** By which an event is known, as SQL. */
function columnsOfEvent({ id, key, eventTime }: Source): string[] {
  const names = new Set([...id, key, eventTime.field].map(columnOf));
  return [...names].filter((name) => !ownNames.has(name)).map((name) => `"${name.replaceAll('"', '""')}"`);
}

function partsOf(from: string): NonNullable<ReturnType<typeof splitFrom>> {
  const parts = splitFrom(from);
  if (!parts) throw new Error(`"${from}" is no origin of a table`);
  return parts;
}

function mapEntries<From, To>(
  from: Readonly<Record<string, From>>,
  make: (name: string, value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(name, value)]));
}
