/**
 * What a log was made for, as one sentence of its source and one of its window: all whose change would make events go missing, or
 * what is kept of them wrong; so also the types of the columns that a window computes with, for its state and its table have those.
 * Not what may change with time: other columns of contracts and SQL, lateness, horizons.
 *
 * The words stand in the streams of running pipelines. To change them is to refuse those.
 */
import { createHash } from 'node:crypto';
import type { ColumnSpec } from '#columns/types/column-spec';
import { typeNameOf } from '#columns/types/type-name';
import type { LogIdentity, LogName } from '#frame/log-name';
import type { Pipeline, Source, Window } from '#pipeline/model/model';
import { parseMeasure } from '#windows/spec/measure';
import { isOfWindow, logsOf, sourceOf, type Topology } from './topology.js';

/** Of a sentence: nats-server takes descriptions of 4 KiB. */
const sentenceBytesMax = 1_900;

export function identityOf(
  { pipeline, enriched }: Pick<Topology, 'pipeline' | 'enriched'>,
  { stage, origin, generation = 0 }: LogName,
): LogIdentity {
  const from = sourceOf(pipeline, { stage, origin });
  const source = sourceSentence(from, from.generations[generation]!);
  if (!isOfWindow({ stage })) return { text: source, source };
  return { text: `${source} ${windowSentence(pipeline.windows[origin]!, from, enriched[from.name] ?? [])}`, source };
}

/**
 * The first logs of each generation of the same source, and of the same window, that the pipeline has: each that is there must be of this pipeline before a
 * new log is made. A new partition, or a stage that had not begun, would not know what was before, and would keep the pipeline from
 * being set back. Users of NATS may look at no other logs.
 */
export function relativesOf(pipeline: Pipeline, log: LogName): LogName[] {
  return logsOf(pipeline, {
    source: sourceOf(pipeline, log).name,
    windows: isOfWindow(log) ? [log.origin] : [],
    partitionsMax: 1,
  });
}

function sourceSentence({ name, key, id }: Source, partitions: number): string {
  return bounded(
    `afluente: source ${word(name)}, ${partitions} ${partitions === 1 ? 'partition' : 'partitions'} by ${word(key)}, id ${id.length === 0 ? 'none' : id.map(word).join(', ')}.`,
  );
}

function windowSentence(
  { name, sizeMs, key, measures }: Window,
  { eventTime }: Source,
  columns: readonly ColumnSpec[],
): string {
  const typed = (column: string): string => {
    const found = columns.find((one) => one.name === column);
    return found ? `${word(column)} ${typeNameOf(found.type)}` : word(column);
  };
  const computed = Object.entries(measures).map(([measure, text]) => `${word(measure)} ${plain(text, typed)}`);
  return bounded(
    `Window ${word(name)}, tumbling ${sizeMs} ms of ${word(eventTime.field)}, key ${key.map(typed).join(', ')}, measures ${computed.join(', ')}.`,
  );
}

/** However it was spaced. */
function plain(text: string, typed: (column: string) => string): string {
  const measure = parseMeasure(text);
  if ('problem' in measure) return word(text);
  return measure.fn === 'count' ? 'count()' : `${measure.fn}(${typed(measure.column)})`;
}

/** In quotes where it could be taken for several, or is not printable: lone surrogates, which NATS would replace, are escaped so. */
function word(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

/** The beginning, and a hash of the whole. */
function bounded(sentence: string): string {
  const bytes = Buffer.from(sentence);
  if (bytes.length <= sentenceBytesMax) return sentence;
  return `${bytes.toString('utf8', 0, sentenceBytesMax - 100)}… (SHA-256 ${createHash('sha256').update(bytes).digest('hex')}).`;
}
