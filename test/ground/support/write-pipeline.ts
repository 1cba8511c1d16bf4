/** A pipeline with a source for each case, so that cases run side by side and none is in the way of another. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { FieldNeeds } from './ground-case.js';

export interface SourceSpec {
  readonly name: string;
  readonly needs: FieldNeeds;
}

export const subjectOfField = (pipeline: string, name: string): string => `ground.${pipeline}.${name}`;
export const userStreamOf = (pipeline: string, name: string): string => `GROUND_${pipeline}_${name}`;
export const windowOf = (name: string): string => `${name}_by_kind`;
/** Two, where a window needs partial results of each. */
export const partitionsOf = ({ window }: FieldNeeds): number => (window ? 2 : 1);
export const referenceFile = join('reference', 'kinds.csv');
export const referenceText = 'kind,label\nk0,zero\nk1,one\n';

const contract = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    id: { type: 'string' },
    who: { type: 'string' },
    kind: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    note: { type: 'string' },
  },
  required: ['id', 'who', 'kind', 'at'],
  additionalProperties: false,
};

export function writePipeline(folder: string, pipeline: string, sources: readonly SourceSpec[]): void {
  const all = <Value>(of: (source: SourceSpec) => Value, among = sources): Record<string, Value> =>
    Object.fromEntries(among.map((source) => [source.name, of(source)]));
  const windowed = sources.filter(({ needs }) => needs.window);
  const text = stringify({
    apiVersion: 'afluente/v1',
    name: pipeline,
    sources: all(({ name, needs }) => ({
      ...(needs.stream
        ? { stream: userStreamOf(pipeline, name) }
        : { subjects: [subjectOfField(pipeline, name)], bytesMax: '8MiB' }),
      partitions: partitionsOf(needs),
      contract: 'event.schema.json',
      id: 'id',
      key: 'who',
      eventTime: { field: 'at', outOfOrderness: '1s', idleAfter: '500ms' },
      dedup: { horizon: '1h' },
    })),
    references: { kinds: { file: referenceFile, key: 'kind', refresh: '500ms' } },
    enrich: all(() => ({ sql: 'SELECT e.*, k.label FROM events e LEFT JOIN kinds k ON e.kind = k.kind' })),
    windows: Object.fromEntries(
      windowed.map(({ name }) => [
        windowOf(name),
        { from: name, tumbling: '10s', lateness: '1h', key: ['kind'], measures: { events: 'count()' } },
      ]),
    ),
    lake: { commit: { every: '300ms' } },
  });
  mkdirSync(join(folder, 'reference'), { recursive: true });
  writeFileSync(join(folder, 'pipeline.yaml'), text);
  writeFileSync(join(folder, 'event.schema.json'), JSON.stringify(contract));
  writeFileSync(join(folder, referenceFile), referenceText);
}
