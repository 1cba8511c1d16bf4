/** Enriched frames for windows and what they publish. */
import { asTimestamps, writeDataFrame } from '#columns/polars/data-frames';
import { readNdjson } from '#columns/polars/ndjson';
import { runSql } from '#columns/polars/sql';
import { type Section, section } from '#frame/sections';
import type { InputFrame, OutputFrame, StageState, Step, StepLimits } from '#frame/step';
import { inputFrame, wide } from '#stages/topology/example-frames';
import type { WindowSpec } from '#windows/spec/window-spec';
import { runBatches } from './step-run.js';

export const spec: WindowSpec = {
  name: 'sales',
  sizeMs: 1000,
  latenessMs: 500,
  key: ['user'],
  measures: {
    total: { fn: 'sum', column: 'units' },
    events: { fn: 'count' },
    kinds: { fn: 'distinct', column: 'kind' },
  },
  eventTime: 'at',
};

export interface Event {
  readonly at: number;
  readonly user: string;
  readonly units: number;
  readonly kind: string;
}

export const event = (at: number, user = 'a', units = 1, kind = 'k'): Event => ({ at, user, units, kind });

/** A frame as enrich gives it. */
export function okFrame(
  seq: number,
  events: readonly Event[],
  watermarkMs: number | null,
  idle = false,
  input = 0,
): InputFrame {
  return inputFrame(seq, events.length === 0 ? [] : [okSection(events)], { watermarkMs, idle }, input);
}

export function okSection(events: readonly Event[]): Section {
  const columns = [
    { name: 'at', type: { kind: 'int64' as const }, nullable: false },
    { name: 'user', type: { kind: 'string' as const }, nullable: false },
    { name: 'units', type: { kind: 'int64' as const }, nullable: false },
    { name: 'kind', type: { kind: 'string' as const }, nullable: false },
  ];
  const lines = events.map((one) => `${JSON.stringify({ ...one, at: one.at * 1000 })}\n`).join('');
  const rows = readNdjson(Buffer.from(lines), columns);
  return section(
    'ok',
    'arrow',
    writeDataFrame(asTimestamps(runSql('SELECT * FROM rows', { rows }), ['at']), 'lz4'),
    events.length,
  );
}

export interface Result {
  readonly window_start: string;
  readonly user: string;
  readonly total: number;
  readonly events: number;
  readonly kinds: number;
  readonly revision: number;
}

export const results = (output: readonly Pick<OutputFrame, 'sections'>[]): Result[] =>
  output.flatMap(({ sections }) =>
    sections.flatMap(({ data }) =>
      Buffer.from(data)
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Result),
    ),
  );

/** `start/user` → what its newest revision says. */
export function latest(output: readonly Pick<OutputFrame, 'sections'>[]): Record<string, readonly number[]> {
  return Object.fromEntries(
    results(output).map(({ window_start, user, total, events, kinds }) => [
      `${Date.parse(window_start)}/${user}`,
      [total, events, kinds],
    ]),
  );
}

export function naive(events: readonly Event[]): Record<string, readonly number[]> {
  const groups = Map.groupBy(events, ({ at, user }) => `${Math.floor(at / 1000) * 1000}/${user}`);
  return Object.fromEntries(
    [...groups].map(([key, origin]) => [
      key,
      [origin.reduce((sum, { units }) => sum + units, 0), origin.length, new Set(origin.map(({ kind }) => kind)).size],
    ]),
  );
}

export function logOf<State extends StageState | undefined>(
  step: Step<State>,
  batches: readonly (readonly InputFrame[])[],
  limits: StepLimits = wide,
  input = 0,
): readonly InputFrame[] {
  return runBatches(() => step, batches, { limits: () => limits, input }).log;
}

export const each = <T>(items: readonly T[]): T[][] => items.map((item) => [item]);
